// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.List;
import perennial.core.certificate.CertificateProfile;
import perennial.core.crypto.KeyAlgorithm;

/// What a certificate request by a profile should say (RFC 9483 4.3.3).
///
/// @param keys the kinds of keys that are certified; empty for any
public record RequestTemplate(CertificateProfile profile, List<KeyAlgorithm> keys) {
    public RequestTemplate {
        keys = List.copyOf(keys);
    }
}
