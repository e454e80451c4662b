// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.util.Set;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;

/// What one of a card's two certificates is for, 簽章 or 加密.
public enum CertificateUse {
    SIGNATURE,
    ENCRYPTION;

    /// By the key usage extension: what may sign is for signing.
    public static CertificateUse of(Certificate certificate) {
        Set<KeyUsage> usages = certificate.keyUsages();
        boolean signs =
                usages.contains(KeyUsage.DIGITAL_SIGNATURE)
                        || usages.contains(KeyUsage.NON_REPUDIATION);
        return signs ? SIGNATURE : ENCRYPTION;
    }
}
