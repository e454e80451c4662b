// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.ReKeyWay;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalTerms;
import perennial.protocol.cmp.ProtocolException;

/// What is known only once the PIN is: the card's own note and what the registration authority
/// wants. Card, journal and authority are compared here, and what another computer began is taken
/// over.
final class Preparation {
    private final CardSession session;
    private final RunMaker maker;
    private final HolderSignatures signatures;
    private final boolean secondSecretGiven;
    private final List<RenewalRun> runs;
    private final Map<RenewalRun, Problem> problems = new HashMap<>();
    private final Map<RenewalRun, RenewalTerms> terms = new HashMap<>();
    private Optional<RenewalId> noted = Optional.empty();

    Preparation(
            CardSession session,
            List<RenewalRun> planned,
            RunMaker maker,
            HolderSignatures signatures,
            boolean secondSecretGiven) {
        this.session = session;
        this.runs = new ArrayList<>(planned);
        this.maker = maker;
        this.signatures = signatures;
        this.secondSecretGiven = secondSecretGiven;
    }

    /// The runs to drive, those of signature keys first.
    List<RenewalRun> runs() {
        return List.copyOf(runs);
    }

    /// What keeps a run from beginning.
    Map<RenewalRun, Problem> problems() {
        return problems;
    }

    /// Looks at the card's note and puts its re-key first: until that is finished, key and
    /// certificate of its slot may not fit together and must not sign.
    void takeUpNote() {
        try (CardNote held = CardNote.of(session).orElse(null)) {
            if (held != null) {
                noted = Optional.of(held.id());
                takeUp(held);
            }
        }
        sort();
    }

    /// The run that the card's note is about.
    Optional<RenewalRun> noted() {
        return runs.stream().filter(this::isNoted).findFirst();
    }

    private void sort() {
        runs.sort(
                Comparator.comparing((RenewalRun r) -> !isNoted(r))
                        .thenComparingInt(r -> RenewalPlan.SLOTS.indexOf(r.subject().slot())));
    }

    /// Whether the card's note is about this run, now.
    boolean holdsNote(RenewalRun run) {
        try (CardNote held = CardNote.of(session).orElse(null)) {
            return held != null && held.id().equals(run.subject().id());
        }
    }

    /// The note that a re-key goes on with, or a new one.
    ///
    /// @throws CardException as [ReKey#way], KEY_NOT_REPLACEABLE when the card does not make keys
    ///   of the kind that is wanted
    CardNote noteOf(RenewalRun run) {
        Optional<CardNote> held = CardNote.of(session);
        if (held.isPresent() && held.get().id().equals(run.subject().id())) {
            return held.get();
        }
        held.ifPresent(CardNote::close);
        ReKeyWay way = ReKey.way(session, run.subject().slot(), secondSecretGiven);
        KeyAlgorithm wanted =
                Optional.ofNullable(terms.get(run))
                        .flatMap(RenewalTerms::newKey)
                        .or(() -> KeyAlgorithm.of(run.old().publicKey()))
                        .filter(session.abilities().newKeys()::contains)
                        .orElseThrow(() ->
                                new CardException(
                                        Problem.KEY_NOT_REPLACEABLE,
                                        "the card makes no key of the kind wanted"));
        return new CardNote(
                run.subject().id(),
                run.subject().slot(),
                run.subject().registrationAuthority(),
                way,
                wanted,
                run.old(),
                Optional.empty(),
                Optional.empty());
    }

    /// The card says what was under way; the journal may know it, or not: then this is another
    /// computer, or the journal is lost.
    private void takeUp(CardNote held) {
        if (held.way() == ReKeyWay.IN_PLACE) {
            signatures.without(held.slot());
        }
        Optional<RenewalRun> known = maker.known(held.id());
        if (known.isPresent()) {
            if (known.get().isFinished()) {
                session.replacement(held.slot(), held.way()).abandon();
                forget(held);
            }
            return;
        }
        if (isConfirmed(held)) {
            session.replacement(held.slot(), held.way()).retire(held.old());
            forget(held);
            return;
        }
        RenewalRun adopted = maker.fresh(held.subject(session.cardNumber()), held.old());
        adopted.agree(RenewalKind.RE_KEY);
        replace(adopted);
    }

    /// Whether the slot has its new key and certificate and the authority waits for nothing.
    private boolean isConfirmed(CardNote held) {
        Optional<Certificate> now =
                session.certificate(held.slot())
                        .filter(c -> !c.equals(held.old()))
                        .filter(c -> held.key().equals(Optional.of(c.publicKey())));
        if (now.isEmpty()) {
            return false;
        }
        signatures.with(held.slot());
        RenewalRun asking = maker.fresh(held.subject(session.cardNumber()), now.get());
        List<RenewalTerms> answer = asking.link().terms(List.of(now.get()), signatures.of(asking));
        return answer.getFirst().inFlight().isEmpty();
    }

    private void forget(CardNote held) {
        session.eraseNote();
        signatures.with(held.slot());
        noted = Optional.empty();
    }

    private void replace(RenewalRun adopted) {
        runs.removeIf(r -> r.subject().slot() == adopted.subject().slot());
        runs.add(adopted);
    }

    private boolean isNoted(RenewalRun run) {
        return noted.equals(Optional.of(run.subject().id()));
    }

    /// One question for each authority about all that has not begun, or has not got as far as a
    /// key.
    void askTerms() {
        Map<URI, List<RenewalRun>> open = new HashMap<>();
        for (RenewalRun run : runs) {
            if (needsTerms(run)) {
                open.computeIfAbsent(run.subject().registrationAuthority(), _ -> new ArrayList<>())
                        .add(run);
            }
        }
        open.values().forEach(this::askTerms);
        sort();
    }

    private boolean needsTerms(RenewalRun run) {
        return switch (run.renewal()) {
            case Renewal.Invited _ -> !isNoted(run);
            case Renewal.Pending _, Renewal.Ready _ ->
                    run.kind() == RenewalKind.RE_KEY && !isNoted(run);
            case Renewal.Keyed _,
                    Renewal.Uninstalled _,
                    Renewal.Unconfirmed _,
                    Renewal.Done _,
                    Renewal.Refused _ ->
                    false;
        };
    }

    private void askTerms(List<RenewalRun> asking) {
        try {
            List<RenewalTerms> answers =
                    asking.getFirst()
                            .link()
                            .terms(
                                    asking.stream().map(RenewalRun::old).toList(),
                                    signatures.of(asking.getFirst()));
            for (int i = 0; i < asking.size(); i++) {
                agree(asking.get(i), answers.get(i));
            }
        } catch (ProtocolException e) {
            asking.forEach(run -> problems.put(run, e.problem()));
        } catch (AgentException e) {
            if (e.problem() != Problem.RA_NOT_TRUSTED) {
                throw e;
            }
            asking.forEach(run -> problems.put(run, e.problem()));
        } catch (CardException e) {
            // While the signature key is being replaced nothing can sign; the rest waits for it.
            if (e.problem() != Problem.NO_CERTIFICATE || noted.isEmpty()) {
                throw e;
            }
            runs.removeAll(asking);
        }
    }

    private void agree(RenewalRun run, RenewalTerms answer) {
        RenewalRun agreed = run;
        if (run.renewal() instanceof Renewal.Invited
                && answer.inFlight().isPresent()
                && maker.known(answer.inFlight().get().id()).isEmpty()) {
            RenewalTerms.InFlight begun = answer.inFlight().get();
            agreed =
                    maker.fresh(
                            new RenewalSubject(
                                    begun.id(),
                                    run.subject().cardNumber(),
                                    run.subject().slot(),
                                    run.subject().registrationAuthority()),
                            begun.old());
            replace(agreed);
        }
        agreed.agree(answer.kind());
        terms.put(agreed, answer);
    }
}
