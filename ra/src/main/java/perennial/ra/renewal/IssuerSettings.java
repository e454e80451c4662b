// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import perennial.core.advice.Language;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalPolicy;

/// One certification authority whose certificates are renewed here, and by which rules.
///
/// @param caCertificate the authority's own; certificates served here carry its name and signature
/// @param nameZh its name for readers of Traditional Chinese
/// @param nameEn its name for readers of English
/// @param policy when and how often
/// @param signatureProfile profile that certificates for signing are renewed by
/// @param encryptionProfile profile that certificates for encryption are renewed by
public record IssuerSettings(
        Certificate caCertificate,
        String nameZh,
        String nameEn,
        RenewalPolicy policy,
        String signatureProfile,
        String encryptionProfile) {

    public String name(Language language) {
        return switch (language) {
            case ZH_TW -> nameZh;
            case EN -> nameEn;
        };
    }

    String profile(CertificateUse use) {
        return switch (use) {
            case SIGNATURE -> signatureProfile;
            case ENCRYPTION -> encryptionProfile;
        };
    }
}
