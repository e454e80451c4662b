// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.security.PublicKey;
import java.time.Instant;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;

/// A fact about one renewal, written down before the next step is taken; by the agent in its
/// journal, by the registration authority in its register.
public sealed interface RenewalEvent {
    /// When the witness wrote it down.
    Instant at();

    /// Someone with the card asked for it.
    record Requested(RenewalKind kind, Certificate old, Instant at) implements RenewalEvent {}

    /// The registration authority allowed it.
    record Approved(Instant at) implements RenewalEvent {}

    /// The card made the key that takes the old one's place; the authority does not see it.
    record KeyGenerated(PublicKey key, Instant at) implements RenewalEvent {}

    /// The new certificate exists.
    record Issued(Certificate certificate, Instant at) implements RenewalEvent {}

    /// The new certificate was written to the card and read back.
    record Installed(SerialNumber serialNumber, Instant at) implements RenewalEvent {}

    /// Both sides know that the card carries the new certificate.
    record Confirmed(SerialNumber serialNumber, Instant at) implements RenewalEvent {}

    /// The replaced key has left its slot's way, deleted or kept for old mail; the authority does
    /// not see it.
    record Retired(SerialNumber serialNumber, Instant at) implements RenewalEvent {}

    /// The registration authority said no to the request, or the holder to the certificate, for
    /// good.
    record Rejected(FailInfo reason, String text, Instant at) implements RenewalEvent {}
}
