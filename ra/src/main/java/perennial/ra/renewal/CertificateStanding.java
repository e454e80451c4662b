// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.util.Optional;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Eligibility;

/// How one certificate stands now.
///
/// @param certificate the one asked about
/// @param use what it is for
/// @param issuer its authority, absent when it is not served here
/// @param eligibility whether it may be renewed
/// @param timesRenewed renewals that led to it
/// @param unfinished whether a renewal that nobody has confirmed issued it: it is to be finished,
///   from whatever computer, before anything else may be done with this certificate
public record CertificateStanding(
        Certificate certificate,
        CertificateUse use,
        Optional<IssuerSettings> issuer,
        Eligibility eligibility,
        int timesRenewed,
        boolean unfinished) {

    /// Whether its own renewal may begin now.
    public boolean renewable() {
        return eligibility instanceof Eligibility.Open && !unfinished;
    }
}
