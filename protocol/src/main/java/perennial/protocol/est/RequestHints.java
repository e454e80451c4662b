// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.est;

import java.util.List;
import java.util.Set;
import perennial.core.certificate.KeyUsage;

/// What a certificate will say, for clients that want to ask for just that (RFC 7030 4.5). Whether
/// they do changes nothing.
///
/// @param keyUsages the key usage extension
/// @param extendedKeyUsages object identifiers in dotted form; empty for no such extension
public record RequestHints(Set<KeyUsage> keyUsages, List<String> extendedKeyUsages) {
    public RequestHints {
        keyUsages = Set.copyOf(keyUsages);
        extendedKeyUsages = List.copyOf(extendedKeyUsages);
    }
}
