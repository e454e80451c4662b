// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.security.PublicKey;
import java.util.Optional;
import perennial.core.advice.Language;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalPolicy;

/// One certification authority whose certificates are renewed here, and by which rules.
///
/// @param caCertificate the authority's own; certificates served here carry its name and signature
/// @param nameZh its name for readers of Traditional Chinese
/// @param nameEn its name for readers of English
/// @param policy when and how often
/// @param newKey of which kind the key has to be that a re-key brings; empty for the kind of the
///   one that it replaces
/// @param signatureProfile profile that certificates for signing are renewed by
/// @param encryptionProfile profile that certificates for encryption are renewed by
public record IssuerSettings(
        Certificate caCertificate,
        String nameZh,
        String nameEn,
        RenewalPolicy policy,
        Optional<KeyAlgorithm> newKey,
        String signatureProfile,
        String encryptionProfile) {

    public String name(Language language) {
        return switch (language) {
            case ZH_TW -> nameZh;
            case EN -> nameEn;
        };
    }

    /// Of which kind the key has to be that takes this one's place; empty for any, where the kind
    /// of this one has no name.
    Optional<KeyAlgorithm> newKeyFor(PublicKey old) {
        return newKey.isPresent() ? newKey : KeyAlgorithm.of(old);
    }

    String profile(CertificateUse use) {
        return switch (use) {
            case SIGNATURE -> signatureProfile;
            case ENCRYPTION -> encryptionProfile;
        };
    }
}
