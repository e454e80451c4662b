// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

import java.time.Period;
import java.util.List;
import java.util.Set;

/// One kind of certificate (RFC 3647 outline 6.3.2, 7.1): what its extensions say and how long it
/// lives.
///
/// @param name lower-case word that names the profile in requests and configuration
/// @param keyUsages the key usage extension, critical
/// @param extendedKeyUsages object identifiers in dotted form; empty for no such extension
/// @param policies certificate policy object identifiers in dotted form
/// @param lifetime how long a first certificate lives, in calendar terms, UTC
/// @param renewalLifetime what a renewal adds
/// @param notBefore where a renewed certificate's validity begins
/// @param notAfter from where a renewal's lifetime is counted
public record CertificateProfile(
        String name,
        Set<KeyUsage> keyUsages,
        List<String> extendedKeyUsages,
        List<String> policies,
        Period lifetime,
        Period renewalLifetime,
        NotBeforeRule notBefore,
        NotAfterRule notAfter) {

    public CertificateProfile {
        if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException(
                    "profile name must be a lower-case word, got " + name);
        }
        keyUsages = Set.copyOf(keyUsages);
        extendedKeyUsages = List.copyOf(extendedKeyUsages);
        policies = List.copyOf(policies);
    }

    /// Whether the key may sign, by key usage.
    public boolean maySign() {
        return keyUsages.contains(KeyUsage.DIGITAL_SIGNATURE)
                || keyUsages.contains(KeyUsage.NON_REPUDIATION);
    }

    /// Where the validity of a renewed certificate begins.
    public enum NotBeforeRule {
        /// At the time of issue.
        AT_ISSUE,
        /// Where the old certificate's began.
        CARRY_OVER
    }

    /// From where the lifetime of a renewed certificate is counted.
    public enum NotAfterRule {
        /// From the old certificate's end, so that renewing early costs the holder nothing.
        FROM_OLD_EXPIRY,
        /// From the time of issue.
        FROM_ISSUE
    }
}
