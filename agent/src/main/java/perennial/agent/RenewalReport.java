// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.util.List;
import java.util.Optional;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// How a renewal ended.
///
/// @param pin what the card said to the PIN; unless verified, nothing else was done
/// @param certificates every certificate of the card that was to be renewed
/// @param problem the first thing that kept it from its end; what was done is kept, and the same
///   call finishes it later
public record RenewalReport(
        CardNumber cardNumber,
        PinOutcome pin,
        List<RenewalProgress.CertificateProgress> certificates,
        Optional<Problem> problem) {
    public RenewalReport {
        certificates = List.copyOf(certificates);
    }

    /// Whether every certificate is new, on the card and confirmed.
    public boolean renewed() {
        return problem.isEmpty()
                && !certificates.isEmpty()
                && certificates.stream()
                        .allMatch(c -> c.state() == RenewalProgress.State.CONFIRMED);
    }
}
