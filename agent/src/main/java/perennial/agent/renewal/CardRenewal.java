// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.security.PublicKey;
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
import perennial.card.KeySlot;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalStep;
import perennial.protocol.cmp.ProtocolException;

/// All renewals of one card in one go, the PIN already verified: every certificate is asked for,
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
    private final List<RenewalRun> runs;
    private final Pause pause;
    private final ProgressBoard board;
    private final Map<RenewalRun, Problem> problems = new HashMap<>();
    private final Map<RenewalRun, Duration> waiting = new HashMap<>();
    private RenewalStep step = RenewalStep.START;

    /// @param runs those of signature keys first
    CardRenewal(CardSession session, List<RenewalRun> runs, Pause pause, ProgressBoard board) {
        this.session = session;
        this.cardNumber = session.cardNumber();
        this.runs = runs;
        this.pause = pause;
        this.board = board;
    }

    /// Goes as far as it goes. Never throws for what a holder can act on.
    RenewalReport run() {
        Optional<Problem> stopped = Optional.empty();
        try {
            drive();
        } catch (CardException e) {
            stopped = Optional.of(e.problem());
        } catch (AgentException e) {
            stopped = Optional.of(e.problem());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return report(stopped);
    }

    private void drive() throws InterruptedException {
        show(RenewalStep.REQUEST, true);
        for (RenewalRun run : runs) {
            run.begin();
        }
        Duration waited = Duration.ZERO;
        while (true) {
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

    private void askAll() {
        for (RenewalRun run : runs) {
            waiting.remove(run);
            if (!run.renewal().isFinal() && !problems.containsKey(run)) {
                attempt(
                        run,
                        () ->
                                run.request(session, protection(run))
                                        .ifPresent(retry -> waiting.put(run, retry)));
            }
            show(step, true);
        }
    }

    private void installAll() {
        for (RenewalRun run : runs) {
            if (run.renewal() instanceof Renewal.Uninstalled) {
                show(RenewalStep.WRITE, true);
                run.install(session);
                show(RenewalStep.WRITE, true);
            }
        }
    }

    private void confirmAll() {
        for (RenewalRun run : runs) {
            if (run.renewal() instanceof Renewal.Unconfirmed && !problems.containsKey(run)) {
                attempt(run, () -> run.confirm(protection(run)));
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

    /// A key that may sign protects its own certificate's messages, with the old certificate from
    /// beginning to end. The encryption key must not: the holder's signature key does it, with the
    /// certificate that the card carries now, old or new, since the same holder is what counts.
    private RenewalRun.Protection protection(RenewalRun run) {
        KeySlot slot = run.subject().slot();
        if (slot != KeySlot.KEY_MANAGEMENT) {
            return protection(slot, run.old());
        }
        for (KeySlot signing : List.of(KeySlot.DIGITAL_SIGNATURE, KeySlot.AUTHENTICATION)) {
            Optional<Certificate> held =
                    session.certificate(signing)
                            .filter(c -> c.subject().equals(run.old().subject()));
            if (held.isPresent()) {
                return protection(signing, held.get());
            }
        }
        throw new CardException(
                Problem.NO_CERTIFICATE, "no signature certificate of this holder on the card");
    }

    private RenewalRun.Protection protection(KeySlot slot, Certificate certificate) {
        return new RenewalRun.Protection(certificate, new LastSignature(session.signer(slot)));
    }

    /// The protection is the last thing made of a message: what follows is sending it.
    private final class LastSignature implements Signer {
        private final Signer card;

        LastSignature(Signer card) {
            this.card = card;
        }

        @Override
        public SignatureAlgorithm algorithm() {
            return card.algorithm();
        }

        @Override
        public PublicKey publicKey() {
            return card.publicKey();
        }

        @Override
        public byte[] sign(byte[] message) {
            byte[] signature = card.sign(message);
            show(RenewalStep.SEND, true);
            return signature;
        }
    }

    private RenewalReport report(Optional<Problem> stopped) {
        List<CertificateProgress> certificates = certificates();
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

    private List<CertificateProgress> certificates() {
        return runs.stream().map(r -> r.progress(Optional.ofNullable(problems.get(r)))).toList();
    }

    private void show(RenewalStep now, boolean cardInUse) {
        step = now.compareTo(step) > 0 ? now : step;
        board.show(step, cardInUse, certificates());
    }
}
