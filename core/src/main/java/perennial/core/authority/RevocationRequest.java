// SPDX-License-Identifier: Apache-2.0
package perennial.core.authority;

import java.time.Instant;
import java.util.Optional;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;

/// A wish to revoke a certificate, or to suspend it for [RevocationReason#CERTIFICATE_HOLD], or to
/// resume it for [RevocationReason#REMOVE_FROM_CRL].
///
/// @param invalidityDate since when the key is known or suspected not to be the holder's alone (RFC
///   5280 5.3.2); may lie before the certificate's issue, not after now; never with a resumption
public record RevocationRequest(
        CertificateId certificate, RevocationReason reason, Optional<Instant> invalidityDate) {

    public RevocationRequest {
        if (reason == RevocationReason.REMOVE_FROM_CRL && invalidityDate.isPresent()) {
            throw new IllegalArgumentException("what is resumed has no invalidity date");
        }
    }

    /// Without an invalidity date.
    public static RevocationRequest of(CertificateId certificate, RevocationReason reason) {
        return new RevocationRequest(certificate, reason, Optional.empty());
    }
}
