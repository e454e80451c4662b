// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import perennial.core.certificate.Certificate;

/// Who may use the REST door.
///
/// @param roles by a certificate's fingerprint, SHA-256 in lower-case hexadecimal
public record RestAccess(Map<String, Set<Role>> roles) {
    public RestAccess {
        roles =
                roles.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
        for (String fingerprint : roles.keySet()) {
            if (!fingerprint.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "a fingerprint is 64 lower-case hexadecimal digits, got " + fingerprint);
            }
        }
    }

    /// The roles of this client; none for a stranger.
    public Set<Role> of(Certificate client) {
        return roles.getOrDefault(client.fingerprint(), Set.of());
    }
}
