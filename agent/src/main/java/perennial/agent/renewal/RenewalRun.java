// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.security.PublicKey;
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
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalKind;
import perennial.protocol.cmp.CmpClient;
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.cmp.ProtocolException;

/// The renewal of one certificate and its facts. Every method does what is due in the present state
/// and nothing in any other, so all may be called again after whatever broke; each fact is in the
/// journal before the next step is taken.
///
/// Same-key renewals are driven by its own methods; a re-key by a [ReKey] on top of it.
///
/// Not safe for use by many threads.
final class RenewalRun {
    /// Not answers about this renewal but about the moment; asking again is right.
    private static final Set<FailInfo> PASSING =
            EnumSet.of(FailInfo.systemUnavail, FailInfo.systemFailure, FailInfo.timeNotAvailable);

    private final RenewalSubject subject;
    private final Certificate old;
    private final Optional<CmpClient> ra;
    private final RenewalJournal journal;
    private final Clock clock;
    private Renewal renewal;
    private RenewalKind kind = RenewalKind.RENEWAL;
    private boolean retired;

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
        this.kind = begun.kind();
        this.retired = begun.retired();
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

    RenewalKind kind() {
        return kind;
    }

    boolean isFinished() {
        return JournalledRenewal.isFinished(renewal, kind, retired);
    }

    /// What the registration authority wants of a renewal that has not begun.
    void agree(RenewalKind wanted) {
        if (renewal instanceof Renewal.Invited) {
            kind = wanted;
        }
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
        if (!sameCard || !(fits || isFinished())) {
            throw new AgentException(
                    Problem.OTHER_CARD,
                    "card %s, slot %s does not hold what renewal %s is about"
                            .formatted(session.cardNumber(), subject.slot(), subject.id()));
        }
    }

    /// Writes down that the certificate's renewal is asked for.
    void begin() {
        if (renewal instanceof Renewal.Invited) {
            record(new RenewalEvent.Requested(kind, old, clock.instant()));
        }
    }

    /// Asks the registration authority for the certificate.
    ///
    /// @return when to ask again, if it has not decided
    Optional<Duration> request(CardSession session, CmpClient.Protection protection) {
        if (!(renewal instanceof Renewal.Pending || renewal instanceof Renewal.Ready)) {
            return Optional.empty();
        }
        return ask(new CmpClient.Update(old, possessionKey(session), protection), old.publicKey());
    }

    /// As [#request], for a key that the card has made.
    Optional<Duration> request(CmpClient.Update update, PublicKey made) {
        return renewal instanceof Renewal.Keyed ? ask(update, made) : Optional.empty();
    }

    private Optional<Duration> ask(CmpClient.Update update, PublicKey key) {
        IssueOutcome outcome =
                asked ? link().poll(subject.id(), update) : link().update(subject.id(), update);
        asked = true;
        return switch (outcome) {
            case IssueOutcome.Accepted(var fresh) -> {
                requireSuccessor(fresh, key);
                record(new RenewalEvent.Issued(fresh, clock.instant()));
                yield Optional.empty();
            }
            case IssueOutcome.Waiting(var retryAfter) -> Optional.of(retryAfter);
            case IssueOutcome.Rejection(var reason, var text) -> {
                if (PASSING.contains(reason) || !mayBeRefused(update)) {
                    throw new ProtocolException(Problem.AUTHORITY_UNAVAILABLE, reason, text);
                }
                record(new RenewalEvent.Rejected(reason, text, clock.instant()));
                yield Optional.empty();
            }
        };
    }

    /// Takes a certificate that a page brought, instead of [#request].
    ///
    /// @throws ProtocolException RA_ANSWER_INVALID when it is none for the same subject and key
    void bring(Certificate fresh) {
        requireSuccessor(fresh, old.publicKey());
        begin();
        if (renewal instanceof Renewal.Pending) {
            record(new RenewalEvent.Issued(fresh, clock.instant()));
        }
    }

    /// Instead of [#confirm] where nobody waits for it.
    void end() {
        if (renewal instanceof Renewal.Unconfirmed(_, var fresh)) {
            record(new RenewalEvent.Confirmed(fresh.serialNumber(), clock.instant()));
        }
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
    void confirm(CmpClient.Protection protection) {
        if (renewal instanceof Renewal.Unconfirmed(_, var fresh)) {
            link().confirm(subject.id(), fresh, protection);
            record(new RenewalEvent.Confirmed(fresh.serialNumber(), clock.instant()));
        }
    }

    /// The authority allowed the re-key.
    void approved() {
        if (renewal instanceof Renewal.Pending) {
            record(new RenewalEvent.Approved(clock.instant()));
        }
    }

    void keyGenerated(PublicKey key) {
        record(new RenewalEvent.KeyGenerated(key, clock.instant()));
    }

    void refused(FailInfo reason, String text) {
        record(new RenewalEvent.Rejected(reason, text, clock.instant()));
    }

    void installed() {
        if (renewal instanceof Renewal.Uninstalled(_, var fresh)) {
            record(new RenewalEvent.Installed(fresh.serialNumber(), clock.instant()));
        }
    }

    void retired() {
        if (!isFinished() && renewal instanceof Renewal.Done) {
            record(new RenewalEvent.Retired(old.serialNumber(), clock.instant()));
            retired = true;
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

    /// Once the old key is gone a refusal must not end the renewal: the permission stands, and
    /// asking again is all that is left to the holder.
    private static boolean mayBeRefused(CmpClient.Update update) {
        return update.protection() instanceof CmpClient.Protection.BySignature;
    }

    /// A certificate for another key would make the slot useless.
    private void requireSuccessor(Certificate fresh, PublicKey key) {
        boolean sameKey = fresh.publicKey().equals(key);
        boolean another = !fresh.equals(old);
        if (!sameKey || !another || !fresh.subject().equals(old.subject())) {
            throw new ProtocolException(
                    Problem.RA_ANSWER_INVALID,
                    FailInfo.incorrectData,
                    "expected a new certificate of the same subject for the key, got " + fresh);
        }
    }

    private PossessionKey possessionKey(CardSession session) {
        return subject.slot() == KeySlot.KEY_MANAGEMENT
                ? new PossessionKey.Enciphering(session.decipherer(subject.slot()))
                : new PossessionKey.Signing(session.signer(subject.slot()));
    }

    /// @throws AgentException RA_NOT_TRUSTED
    CmpClient link() {
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
