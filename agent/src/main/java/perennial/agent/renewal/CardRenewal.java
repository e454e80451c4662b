// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.agent.RenewalProgress.CertificateProgress;
import perennial.agent.RenewalReport;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalStep;
import perennial.protocol.cmp.ProtocolException;

/// All renewals of one card in one go, the PIN already verified. Re-keys go one after the other,
/// because one is what the card can remember; the others together: every certificate is asked for,
/// then every one written, then every one confirmed. A failure of one does not keep the others from
/// going as far as they can.
///
/// Not safe for use by many threads, but may be handed from one to another.
final class CardRenewal {
    /// How long a decision is waited for with the card in the reader.
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private final CardSession session;
    private final CardNumber cardNumber;
    private final Preparation preparation;
    private final HolderSignatures signatures;
    private final Pause pause;
    private final ProgressBoard board;
    private final Map<RenewalRun, Problem> problems = new HashMap<>();
    private final Map<RenewalRun, Duration> waiting = new HashMap<>();
    private List<RenewalRun> runs;
    private RenewalStep step = RenewalStep.START;

    /// @param runs those of signature keys first
    CardRenewal(
            CardSession session,
            List<RenewalRun> runs,
            RunMaker maker,
            boolean secondSecretGiven,
            Pause pause,
            ProgressBoard board) {
        this.session = session;
        this.cardNumber = session.cardNumber();
        this.signatures = new HolderSignatures(session, () -> show(RenewalStep.SEND, true));
        this.preparation = new Preparation(session, runs, maker, signatures, secondSecretGiven);
        this.runs = runs;
        this.pause = pause;
        this.board = board;
    }

    /// Goes as far as it goes. Never throws for what a holder can act on.
    RenewalReport run() {
        Optional<Problem> stopped = Optional.empty();
        try {
            prepare();
            drive();
        } catch (CardException e) {
            stopped = Optional.of(e.problem());
        } catch (AgentException e) {
            stopped = Optional.of(e.problem());
        } catch (ProtocolException e) {
            stopped = Optional.of(e.problem());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return report(stopped);
    }

    private void prepare() {
        show(RenewalStep.REQUEST, true);
        preparation.takeUpNote();
        runs = preparation.runs();
        preparation.noted().ifPresent(noted -> attempt(noted, () -> reKey(noted)));
        preparation.askTerms();
        runs = preparation.runs();
        problems.putAll(preparation.problems());
        for (RenewalRun run : sameKey()) {
            if (!problems.containsKey(run)) {
                run.begin();
            }
        }
    }

    private void drive() throws InterruptedException {
        Duration waited = Duration.ZERO;
        while (true) {
            waiting.clear();
            reKeyAll();
            askAll();
            installAll();
            confirmAll();
            Optional<Duration> next = waiting.values().stream().min(Duration::compareTo);
            if (next.isEmpty() || waited.compareTo(PATIENCE) >= 0) {
                return;
            }
            Duration nap = next.get().compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : next.get();
            Duration left = PATIENCE.minus(waited);
            nap = nap.compareTo(left) > 0 ? left : nap;
            show(step, false);
            pause.sleep(nap);
            waited = waited.plus(nap);
        }
    }

    private List<RenewalRun> sameKey() {
        return runs.stream().filter(r -> r.kind() == RenewalKind.RENEWAL).toList();
    }

    /// The first that does not come to its end keeps the card's note; the others wait for it.
    private void reKeyAll() {
        for (RenewalRun run : runs) {
            if (run.kind() == RenewalKind.RE_KEY && !run.isFinished()) {
                if (!problems.containsKey(run)) {
                    attempt(run, () -> reKey(run));
                    show(step, true);
                }
                if (!run.isFinished() && preparation.holdsNote(run)) {
                    return;
                }
            }
        }
    }

    private void reKey(RenewalRun run) {
        try (ReKey reKey =
                new ReKey(run, session, preparation.noteOf(run), signatures, new Steps())) {
            if (reKey.way() == ReKeyWay.IN_PLACE) {
                signatures.without(run.subject().slot());
            }
            reKey.advance().ifPresent(retry -> waiting.put(run, retry));
        } catch (CardException e) {
            if (!ReKey.SAYS_NO.contains(e.problem())) {
                throw e;
            }
            problems.put(run, e.problem());
        } finally {
            if (run.isFinished()) {
                signatures.with(run.subject().slot());
            }
        }
    }

    private final class Steps implements ReKey.Progress {
        @Override
        public void sending() {
            show(RenewalStep.SEND, true);
        }

        @Override
        public void writing() {
            show(RenewalStep.WRITE, true);
        }
    }

    private void askAll() {
        for (RenewalRun run : sameKey()) {
            if (!run.isFinished() && !problems.containsKey(run)) {
                attempt(
                        run,
                        () ->
                                run.request(session, signatures.of(run))
                                        .ifPresent(retry -> waiting.put(run, retry)));
            }
            show(step, true);
        }
    }

    private void installAll() {
        for (RenewalRun run : sameKey()) {
            if (run.renewal() instanceof Renewal.Uninstalled) {
                show(RenewalStep.WRITE, true);
                run.install(session);
                show(RenewalStep.WRITE, true);
            }
        }
    }

    private void confirmAll() {
        for (RenewalRun run : sameKey()) {
            if (run.renewal() instanceof Renewal.Unconfirmed && !problems.containsKey(run)) {
                if (run.subject().isCarried()) {
                    run.end();
                } else {
                    attempt(run, () -> run.confirm(signatures.of(run)));
                }
                show(step, true);
            }
        }
    }

    /// What the registration authority or the way to it does concerns this certificate; what the
    /// card or the journal does concerns all.
    private void attempt(RenewalRun run, Runnable work) {
        if (problems.containsValue(Problem.RA_UNREACHABLE)) {
            problems.put(run, Problem.RA_UNREACHABLE);
            return;
        }
        try {
            work.run();
        } catch (ProtocolException e) {
            problems.put(run, e.problem());
        } catch (AgentException e) {
            if (e.problem() != Problem.RA_NOT_TRUSTED) {
                throw e;
            }
            problems.put(run, e.problem());
        }
    }

    private RenewalReport report(Optional<Problem> stopped) {
        List<CertificateProgress> certificates = withoutThoseNotDue(certificates());
        boolean undecided = !waiting.isEmpty();
        Optional<Problem> problem =
                stopped.filter(p -> !(undecided && p == Problem.CARD_REMOVED))
                        .or(() ->
                                certificates.stream()
                                        .flatMap(c -> c.problem().stream())
                                        .findFirst())
                        .or(() ->
                                undecided
                                        ? Optional.of(Problem.WAITING_FOR_APPROVAL)
                                        : Optional.empty());
        return new RenewalReport(cardNumber, new PinOutcome.Verified(), certificates, problem);
    }

    /// Where something was renewed, a certificate whose time has not come is no failure.
    private static List<CertificateProgress> withoutThoseNotDue(List<CertificateProgress> all) {
        List<CertificateProgress> due =
                all.stream()
                        .filter(c -> !c.problem().equals(Optional.of(Problem.TOO_EARLY)))
                        .toList();
        return due.isEmpty() ? all : due;
    }

    private List<CertificateProgress> certificates() {
        return runs.stream().map(r -> r.progress(Optional.ofNullable(problems.get(r)))).toList();
    }

    private void show(RenewalStep now, boolean cardInUse) {
        step = now.compareTo(step) > 0 ? now : step;
        board.show(step, cardInUse, certificates());
    }
}
