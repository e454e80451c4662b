// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import java.util.Optional;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.Refusal;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;

/// Lets a renewal begin where the rules of the moment allow it.
final class Admission {
    private final RenewalRegister register;
    private final Standings standings;

    Admission(RenewalRegister register, Standings standings) {
        this.register = register;
        this.standings = standings;
    }

    /// A renewal that may go on, or a no.
    sealed interface Outcome {
        record Begun(RegisteredRenewal renewal) implements Outcome {}

        record Refused(Refusal refusal) implements Outcome {}
    }

    /// @param signedByOld whether the old certificate's own key has signed the request
    /// @param pending what the id leads to already; refused for good when the rules say no
    Outcome begin(
            RenewalId id,
            Certificate old,
            boolean signedByOld,
            RenewalKind kind,
            Optional<RegisteredRenewal> pending,
            Instant now) {
        if (signedByOld) {
            // Whoever signs with it on the card has installed it: its own renewal is over.
            register.issuing(old.id()).ifPresent(renewal -> confirm(renewal, now));
        }
        Optional<Refusal> refusal = Refusal.of(standings.of(old, now).eligibility());
        if (refusal.isPresent()) {
            pending.ifPresent(renewal -> close(renewal, refusal.get(), now));
            return new Outcome.Refused(refusal.get());
        }
        Optional<RegisteredRenewal> begun = register.begin(id, old, kind, now);
        if (begun.isEmpty()) {
            return new Outcome.Refused(Refusal.of(new Eligibility.Superseded()).orElseThrow());
        }
        return begun.get().old().id().equals(old.id())
                ? new Outcome.Begun(begun.get())
                : new Outcome.Refused(otherCertificates());
    }

    /// What is said where an id leads to the renewal of another certificate.
    static Refusal otherCertificates() {
        return Refusal.of(
                Problem.REQUEST_INVALID,
                FailInfo.transactionIdInUse,
                "the transaction id is another certificate's");
    }

    RegisteredRenewal confirm(RegisteredRenewal renewal, Instant now) {
        return register.append(
                renewal.id(),
                current ->
                        current.state() instanceof Renewal.Uninstalled(_, Certificate fresh)
                                ? Optional.of(new RenewalEvent.Confirmed(fresh.serialNumber(), now))
                                : Optional.empty());
    }

    private void close(RegisteredRenewal renewal, Refusal refusal, Instant now) {
        register.append(
                renewal.id(),
                current ->
                        current.state() instanceof Renewal.Pending
                                ? Optional.of(
                                        new RenewalEvent.Rejected(
                                                refusal.failInfo(), refusal.text(), now))
                                : Optional.empty());
    }
}
