// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.agent.AgentException;
import perennial.agent.CardView.SlotCertificate;
import perennial.agent.PinEntry;
import perennial.agent.ProgressListener;
import perennial.agent.RenewalProgress.CertificateProgress;
import perennial.agent.RenewalReport;
import perennial.card.CardSession;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.Renewal;

/// What is to be renewed on the card in a reader; waits for the holder's PIN. Safe for use by many
/// threads.
public final class PlannedRenewal {
    private final CardRenewals renewals;
    private final String reader;
    private final RenewalOrder order;
    private final CardNumber cardNumber;
    private final int triesLeft;
    private final List<SlotCertificate> certificates;
    private final boolean resumes;
    private final boolean asksSecondSecret;
    private final ProgressBoard board;

    /// From the verified PIN to the end of the run.
    private @Nullable Opened opened;

    private boolean begun;

    private record Opened(
            CardLocks.Held lock,
            CardSession session,
            List<RenewalRun> runs,
            boolean secondSecretGiven) {}

    PlannedRenewal(
            CardRenewals renewals,
            CardSession session,
            String reader,
            RenewalOrder order,
            ProgressListener listener) {
        this.renewals = renewals;
        this.reader = reader;
        this.order = order;
        List<RenewalRun> runs = renewals.runs(session, order);
        this.cardNumber = session.cardNumber();
        this.triesLeft = session.triesLeft();
        this.asksSecondSecret = session.abilities().secondSecret();
        this.certificates =
                runs.stream().map(r -> new SlotCertificate(r.subject().slot(), r.old())).toList();
        this.resumes = runs.stream().anyMatch(r -> !(r.renewal() instanceof Renewal.Invited));
        this.board =
                new ProgressBoard(
                        runs.stream().map(r -> r.progress(Optional.empty())).toList(), listener);
    }

    public CardNumber cardNumber() {
        return cardNumber;
    }

    /// When it was planned.
    public int triesLeft() {
        return triesLeft;
    }

    /// The certificates that are to be renewed: the old ones.
    public List<SlotCertificate> certificates() {
        return certificates;
    }

    /// Whether something was begun before.
    public boolean resumes() {
        return resumes;
    }

    /// Whether the card takes new keys only with a second secret ([PinEntry#secondSecret]).
    public boolean asksSecondSecret() {
        return asksSecondSecret;
    }

    public ProgressBoard board() {
        return board;
    }

    /// Presents the PIN, at most once. Everything that can be looked at without it is looked at
    /// before: a wrong card costs no try.
    ///
    /// @param entry stays the caller's to close
    /// @throws AgentException PIN_LAST_TRY without that, and then the card was not asked;
    ///   RENEWAL_RUNNING; OTHER_CARD when it is not the card that was planned for
    public synchronized PinOutcome enterPin(PinEntry entry) {
        if (begun) {
            throw new AgentException(Problem.RENEWAL_RUNNING, "the PIN was entered already");
        }
        CardLocks.Held lock = renewals.lock(cardNumber);
        try {
            CardSession session = renewals.open(reader);
            try {
                return present(session, entry, lock);
            } finally {
                if (!begun) {
                    session.close();
                }
            }
        } finally {
            if (!begun) {
                lock.close();
            }
        }
    }

    private PinOutcome present(CardSession session, PinEntry entry, CardLocks.Held lock) {
        if (!session.cardNumber().equals(cardNumber)) {
            throw new AgentException(Problem.OTHER_CARD, "another card was put into " + reader);
        }
        // The card and the journal may have gone on since the plan was made.
        List<RenewalRun> runs = renewals.runs(session, order);
        int left = session.triesLeft();
        if (left == 0) {
            return new PinOutcome.Blocked();
        }
        if (left == 1 && !entry.lastTryConsent()) {
            throw new AgentException(Problem.PIN_LAST_TRY, "one try left and no consent");
        }
        PinOutcome outcome = session.verify(entry.pin());
        if (outcome instanceof PinOutcome.Verified) {
            entry.secondSecret().ifPresent(session::presentSecondSecret);
            begun = true;
            opened = new Opened(lock, session, runs, entry.secondSecret().isPresent());
            renewals.busy().add(reader);
        }
        return outcome;
    }

    /// Renews as far as it goes and gives the card back.
    ///
    /// @throws IllegalStateException unless the PIN was verified, and only once
    public RenewalReport run() {
        Opened mine;
        synchronized (this) {
            if (opened == null) {
                throw new IllegalStateException("runs once, after the PIN");
            }
            mine = opened;
            opened = null;
        }
        List<CertificateProgress> certificates = board.latest().certificates();
        Optional<Problem> problem = Optional.of(Problem.INTERNAL);
        try {
            RenewalReport report =
                    new CardRenewal(
                                    mine.session(),
                                    mine.runs(),
                                    renewals.maker(cardNumber),
                                    mine.secondSecretGiven(),
                                    renewals.pause(),
                                    board)
                            .run();
            certificates = report.certificates();
            problem = report.problem();
            return report;
        } finally {
            // Whoever hears that it is finished may use the card at once.
            mine.session().close();
            renewals.busy().remove(reader);
            mine.lock().close();
            board.finish(certificates, problem);
        }
    }
}
