// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import perennial.agent.AgentException;
import perennial.agent.RenewalProgress.CertificateProgress;
import perennial.agent.RenewalProgress.State;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalKind;
import perennial.protocol.cmp.CmpClient;
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.cmp.ProtocolException;

/// Drives the renewal of one certificate, with the same key, as far as it goes. Every method does
/// what is due in the present state and nothing in any other, so all may be called again after
/// whatever broke; each fact is in the journal before the next step is taken.
///
/// Not safe for use by many threads.
final class RenewalRun {
    /// Not answers about this renewal but about the moment; asking again is right.
    private static final Set<FailInfo> PASSING =
            EnumSet.of(FailInfo.systemUnavail, FailInfo.systemFailure, FailInfo.timeNotAvailable);

    /// What signs the messages.
    ///
    /// @param certificate one of the holder's, with a key that may sign
    /// @param signer its key
    record Protection(Certificate certificate, Signer signer) {
        CmpClient.Protection signature() {
            return new CmpClient.Protection.BySignature(signer, certificate);
        }
    }

    private final RenewalSubject subject;
    private final Certificate old;
    private final Optional<CmpClient> ra;
    private final RenewalJournal journal;
    private final Clock clock;
    private Renewal renewal;

    /// Whether it has been asked for since this process began to drive it.
    private boolean asked;

    /// One that has not begun.
    ///
    /// @param ra empty when the settings do not name it any more
    RenewalRun(
            RenewalSubject subject,
            Certificate old,
            Optional<CmpClient> ra,
            RenewalJournal journal,
            Clock clock) {
        this.subject = subject;
        this.old = old;
        this.ra = ra;
        this.journal = journal;
        this.clock = clock;
        this.renewal = new Renewal.Invited();
    }

    /// One that the journal knows.
    RenewalRun(
            JournalledRenewal begun, Optional<CmpClient> ra, RenewalJournal journal, Clock clock) {
        this(begun.subject(), begun.old(), ra, journal, clock);
        this.renewal = begun.renewal();
    }

    RenewalSubject subject() {
        return subject;
    }

    Certificate old() {
        return old;
    }

    Renewal renewal() {
        return renewal;
    }

    /// Refuses a card that this renewal does not belong to.
    ///
    /// The slot may hold the old certificate or the new one; nothing at all only when the new one
    /// exists, after a write that broke off on a card that cannot replace in one step.
    ///
    /// @throws AgentException OTHER_CARD
    void check(CardSession session) {
        Optional<Certificate> held = session.certificate(subject.slot());
        boolean fits =
                held.isEmpty()
                        ? renewal instanceof Renewal.Uninstalled
                        : held.get().equals(old) || held.equals(fresh());
        boolean sameCard = session.cardNumber().equals(subject.cardNumber());
        if (!sameCard || !(fits || renewal.isFinal())) {
            throw new AgentException(
                    Problem.OTHER_CARD,
                    "card %s, slot %s does not hold what renewal %s is about"
                            .formatted(session.cardNumber(), subject.slot(), subject.id()));
        }
    }

    /// Writes down that the certificate's renewal is asked for.
    void begin() {
        if (renewal instanceof Renewal.Invited) {
            record(new RenewalEvent.Requested(RenewalKind.RENEWAL, old, clock.instant()));
        }
    }

    /// Asks the registration authority for the certificate.
    ///
    /// @return when to ask again, if it has not decided
    Optional<Duration> request(CardSession session, Protection protection) {
        if (!(renewal instanceof Renewal.Pending || renewal instanceof Renewal.Ready)) {
            return Optional.empty();
        }
        CmpClient.Update update =
                new CmpClient.Update(old, possessionKey(session), protection.signature());
        IssueOutcome outcome =
                asked ? link().poll(subject.id(), update) : link().update(subject.id(), update);
        asked = true;
        return switch (outcome) {
            case IssueOutcome.Accepted(var fresh) -> {
                requireSuccessor(fresh);
                record(new RenewalEvent.Issued(fresh, clock.instant()));
                yield Optional.empty();
            }
            case IssueOutcome.Waiting(var retryAfter) -> Optional.of(retryAfter);
            case IssueOutcome.Rejection(var reason, var text) -> {
                if (PASSING.contains(reason)) {
                    throw new ProtocolException(Problem.AUTHORITY_UNAVAILABLE, reason, text);
                }
                record(new RenewalEvent.Rejected(reason, text, clock.instant()));
                yield Optional.empty();
            }
        };
    }

    /// Makes the card carry the new certificate; what the card says counts, not what was written
    /// down.
    void install(CardSession session) {
        if (renewal instanceof Renewal.Uninstalled(_, var fresh)) {
            Optional<Certificate> held = session.certificate(subject.slot());
            if (!held.equals(Optional.of(fresh))) {
                session.write(subject.slot(), fresh);
            }
            record(new RenewalEvent.Installed(fresh.serialNumber(), clock.instant()));
        }
    }

    /// Tells the registration authority.
    void confirm(Protection protection) {
        if (renewal instanceof Renewal.Unconfirmed(_, var fresh)) {
            link().confirm(subject.id(), fresh, protection.signature());
            record(new RenewalEvent.Confirmed(fresh.serialNumber(), clock.instant()));
        }
    }

    CertificateProgress progress(Optional<Problem> problem) {
        State state =
                switch (renewal) {
                    case Renewal.Invited _ -> State.WAITING;
                    case Renewal.Pending _, Renewal.Ready _, Renewal.Keyed _ -> State.REQUESTED;
                    case Renewal.Uninstalled _ -> State.ISSUED;
                    case Renewal.Unconfirmed _ -> State.INSTALLED;
                    case Renewal.Done _ -> State.CONFIRMED;
                    case Renewal.Refused _ -> State.REFUSED;
                };
        Optional<Problem> shown =
                renewal instanceof Renewal.Refused(_, var reason, var text)
                        ? Optional.of(Refusals.problem(reason, text))
                        : problem;
        return new CertificateProgress(subject.slot(), old.serialNumber(), state, fresh(), shown);
    }

    private Optional<Certificate> fresh() {
        return switch (renewal) {
            case Renewal.Uninstalled(_, var fresh) -> Optional.of(fresh);
            case Renewal.Unconfirmed(_, var fresh) -> Optional.of(fresh);
            case Renewal.Done(_, var fresh) -> Optional.of(fresh);
            case Renewal.Invited _,
                    Renewal.Pending _,
                    Renewal.Ready _,
                    Renewal.Keyed _,
                    Renewal.Refused _ ->
                    Optional.empty();
        };
    }

    /// A certificate for another key would make the slot useless.
    private void requireSuccessor(Certificate fresh) {
        boolean sameKey = fresh.publicKey().equals(old.publicKey());
        boolean another = !fresh.equals(old);
        if (!sameKey || !another || !fresh.subject().equals(old.subject())) {
            throw new ProtocolException(
                    Problem.RA_ANSWER_INVALID,
                    FailInfo.incorrectData,
                    "expected a new certificate of the same subject and key, got " + fresh);
        }
    }

    private PossessionKey possessionKey(CardSession session) {
        return subject.slot() == KeySlot.KEY_MANAGEMENT
                ? new PossessionKey.Enciphering(session.decipherer(subject.slot()))
                : new PossessionKey.Signing(session.signer(subject.slot()));
    }

    private CmpClient link() {
        return ra.orElseThrow(() ->
                new AgentException(
                        Problem.RA_NOT_TRUSTED,
                        "not configured: " + subject.registrationAuthority()));
    }

    private void record(RenewalEvent event) {
        Renewal next = renewal.after(event);
        journal.append(subject, event);
        renewal = next;
    }
}
