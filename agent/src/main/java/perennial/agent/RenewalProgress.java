// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.util.List;
import java.util.Optional;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.renewal.RenewalStep;

/// Where the renewal of one card stands, as its holder sees it.
///
/// @param version grows by at least one with every change
/// @param cardInUse the holder is asked not to take the card out
/// @param finished nothing more will happen without the holder; look at `problem`
/// @param problem why it stopped before its end
public record RenewalProgress(
        long version,
        RenewalStep step,
        boolean cardInUse,
        List<CertificateProgress> certificates,
        boolean finished,
        Optional<Problem> problem) {
    public RenewalProgress {
        certificates = List.copyOf(certificates);
    }

    /// @param serialNumber of the certificate that is renewed
    /// @param fresh its successor, once issued
    public record CertificateProgress(
            KeySlot slot,
            SerialNumber serialNumber,
            State state,
            Optional<Certificate> fresh,
            Optional<Problem> problem) {}

    /// How far one certificate has come.
    public enum State {
        /// Not begun.
        WAITING,
        /// Asked for; the registration authority has not answered or not decided.
        REQUESTED,
        /// The new certificate exists and is in the journal.
        ISSUED,
        /// It is on the card.
        INSTALLED,
        /// Both sides know.
        CONFIRMED,
        /// The registration authority said no.
        REFUSED
    }
}
