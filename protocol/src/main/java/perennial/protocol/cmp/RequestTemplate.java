// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.List;
import java.util.Set;
import perennial.core.certificate.KeyUsage;
import perennial.core.crypto.KeyAlgorithm;

/// What a certificate request should say (RFC 9483 4.3.3).
///
/// @param keyUsages that the certificate will have
/// @param extendedKeyUsages object identifiers in dotted form; empty for no such extension
/// @param keys the kinds of keys that are certified; empty for any
public record RequestTemplate(
        Set<KeyUsage> keyUsages, List<String> extendedKeyUsages, List<KeyAlgorithm> keys) {
    public RequestTemplate {
        keyUsages = Set.copyOf(keyUsages);
        extendedKeyUsages = List.copyOf(extendedKeyUsages);
        keys = List.copyOf(keys);
    }
}
