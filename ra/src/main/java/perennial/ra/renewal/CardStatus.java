// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import java.util.List;
import perennial.core.certificate.CardNumber;

/// How the certificates of one card stand, 檢視憑證狀態.
///
/// @param checkedAt when they were looked at
/// @param certificates in the order they were asked about
public record CardStatus(
        Instant checkedAt, CardNumber cardNumber, List<CertificateStanding> certificates) {
    public CardStatus {
        certificates = List.copyOf(certificates);
    }

    /// Whether at least one is the answer of a renewal that is still to be finished.
    public boolean unfinished() {
        return certificates.stream().anyMatch(CertificateStanding::unfinished);
    }

    /// Whether at least one may be renewed now.
    public boolean renewable() {
        return certificates.stream().anyMatch(CertificateStanding::renewable);
    }
}
