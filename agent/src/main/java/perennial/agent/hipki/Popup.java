// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.agent.consent.Consents;
import perennial.agent.consent.Origin;
import perennial.agent.json.Json;
import perennial.agent.sealing.OneTimeKeys;
import perennial.agent.sealing.SealedSecret;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.card.CardException;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Explained;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;

/// The questions of our own popup, which stands between a page and its call: who asks was said by
/// the browser to the popup's script, and is said by that script here. Safe for use by many
/// threads.
///
/// Every answer is either `reply`, the text for the page, or `ask`, what the holder is to be asked.
final class Popup {
    private static final int MAX_VISITS = 64;
    private static final int VISIT_OCTETS = 16;

    private final Operations operations;
    private final CardTools tools;
    private final Consents consents;
    private final Calls calls;
    private final AdviceBook advices = new AdviceBook();
    private final OneTimeKeys keys;
    private final SecureRandom random;
    private final Map<String, Visit> visits = new LinkedHashMap<>();

    Popup(
            Operations operations,
            CardTools tools,
            Consents consents,
            Calls calls,
            SecureRandom random) {
        this.operations = operations;
        this.tools = tools;
        this.consents = consents;
        this.calls = calls;
        this.keys = new OneTimeKeys(random);
        this.random = random;
    }

    /// A page's first message. The caller wipes it.
    Json.Members begin(Origin origin, byte[] message, Language language) {
        return replying(
                "",
                language,
                () -> {
                    TbsPackage asked = TbsBody.read(message);
                    Optional<Operation> operation = operations.ofMessage(asked);
                    if (operation.isEmpty()) {
                        String func = asked.text("func").orElse("");
                        asked.close();
                        return reply(
                                calls.refused(func, Verdict.of(RetCode.NOT_SUPPORTED), language));
                    }
                    Visit visit = new Visit(newId(), origin, asked, operation.get());
                    if (!consents.allows(origin)) {
                        return askConsent(visit);
                    }
                    return go(visit, language);
                });
    }

    /// The holder allows the site.
    Json.Members allow(String id, Language language) {
        return with(
                id,
                language,
                visit -> {
                    consents.allow(visit.origin());
                    return go(visit, language);
                });
    }

    /// What the holder typed, sealed to the key of the last question.
    Json.Members secret(String id, byte[] sealed, boolean consent, Language language) {
        return with(id, language, visit -> present(visit, sealed, consent, language));
    }

    /// The holder gives up.
    Json.Members cancel(String id, Language language) {
        return with(
                id,
                language,
                visit -> {
                    Verdict verdict =
                            consents.allows(visit.origin())
                                    ? visit.last()
                                    : Verdict.of(RetCode.SITE_NOT_TRUSTED);
                    return ended(visit, calls.refused(func(visit), verdict, language));
                });
    }

    private Json.Members go(Visit visit, Language language) {
        return replying(
                func(visit),
                language,
                () -> {
                    Prepared prepared = visit.prepared();
                    if (visit.operation().secrets() == Secrets.NONE) {
                        return ended(visit, done(visit, prepared, Held.NOTHING, language));
                    }
                    if (consents.mayBringPin(visit.origin())) {
                        Optional<Held> brought =
                                Calls.brought(visit.asked(), visit.operation().secrets());
                        if (brought.isPresent()) {
                            return bring(visit, brought.get(), language);
                        }
                    }
                    return ask(visit, Optional.empty(), language);
                });
    }

    /// A PIN that the page sent is used once; the last try is the holder's alone.
    private Json.Members bring(Visit visit, Held brought, Language language) {
        try (brought) {
            Result result = visit.prepared().work().apply(brought);
            return ended(visit, told(visit, result, language)).with("brought", true);
        } catch (AgentException e) {
            if (e.problem() != Problem.PIN_LAST_TRY && e.problem() != Problem.WOULD_LOCK_CARD) {
                throw e;
            }
            return ask(visit, Optional.empty(), language);
        }
    }

    private Json.Members present(Visit visit, byte[] sealed, boolean consent, Language language) {
        Secrets wanted = visit.operation().secrets();
        try (SealedSecret secret = keys.open(visit.id(), sealed);
                Held held = new Held(secret.pins(wanted.count()), consent)) {
            Result result = visit.prepared().work().apply(held);
            if (result instanceof Result.PinRefused(int left) && left > 0) {
                visit.failed(Verdict.wrongPin(left));
                return ask(visit, Optional.of(Problem.PIN_WRONG), language);
            }
            return ended(visit, told(visit, result, language));
        } catch (AgentException e) {
            return switch (e.problem()) {
                case PIN_TOO_SIMPLE, PIN_FORMAT, PIN_LAST_TRY, WOULD_LOCK_CARD ->
                        ask(visit, Optional.of(e.problem()), language);
                default -> throw e;
            };
        }
    }

    private Json.Members done(Visit visit, Prepared prepared, Held held, Language language) {
        return told(visit, prepared.work().apply(held), language);
    }

    private Json.Members told(Visit visit, Result result, Language language) {
        return switch (result) {
            case Result.Done(Json.Members reply) -> reply;
            case Result.PinRefused(int left) ->
                    calls.refused(func(visit), Verdict.wrongPin(left), language);
        };
    }

    // --- what the holder is asked

    private Json.Members askConsent(Visit visit) {
        keep(visit);
        return new Json.Members()
                .with("ask", "consent")
                .with("visit", visit.id())
                .with("origin", visit.origin().text());
    }

    private Json.Members ask(Visit visit, Optional<Problem> problem, Language language) {
        CardTools.Shown shown = visit.prepared().shown().orElseThrow();
        CardSheet sheet = tools.view(shown.reader());
        boolean unlocks = visit.operation().secrets() == Secrets.NEW;
        if (!unlocks && sheet.pinTriesLeft() == 0) {
            return ended(visit, calls.refused(func(visit), Verdict.wrongPin(0), language));
        }
        keep(visit);
        int tries = unlocks ? sheet.pukTriesLeft().orElse(1) : sheet.pinTriesLeft();
        return new Json.Members()
                .with("ask", "secret")
                .with("visit", visit.id())
                .with("origin", visit.origin().text())
                .with("func", func(visit))
                .with("secrets", visit.operation().secrets().name())
                .with("reader", shown.reader())
                .with("cardNumber", shown.card().value())
                .with("triesLeft", tries)
                .with("preview", visit.prepared().preview())
                .with("key", keys.fresh(visit.id()))
                .with("problem", problem.map(p -> advice(p, language)));
    }

    private Json advice(Problem problem, Language language) {
        Advice advice = advices.advice(problem, language);
        return new Json.Members()
                .with("code", advice.code())
                .with("cause", advice.cause())
                .with("remedy", advice.remedy());
    }

    // --- visits

    @FunctionalInterface
    private interface Step {
        Json.Members of(Visit visit);
    }

    /// Takes the visit out, so that nothing is done twice; what asks on puts it back.
    private Json.Members with(String id, Language language, Step step) {
        Optional<Visit> visit;
        synchronized (visits) {
            visit = Optional.ofNullable(visits.remove(id));
        }
        if (visit.isEmpty()) {
            return reply(calls.refused("", Verdict.of(RetCode.CANCELLED), language));
        }
        return replying(func(visit.get()), language, () -> step.of(visit.get()));
    }

    private void keep(Visit visit) {
        synchronized (visits) {
            visits.put(visit.id(), visit);
            if (visits.size() > MAX_VISITS) {
                String oldest = visits.keySet().iterator().next();
                Optional.ofNullable(visits.remove(oldest)).ifPresent(Visit::close);
            }
        }
    }

    private static Json.Members ended(Visit visit, Json.Members reply) {
        visit.close();
        return reply(reply);
    }

    private static Json.Members reply(Json.Members reply) {
        return new Json.Members().with("reply", Replies.text(reply));
    }

    private Json.Members replying(String func, Language language, Calls.Call call) {
        try {
            return call.answer();
        } catch (RuntimeException e) {
            // The thread's edge: what nobody explains is ours.
            Json.Members refusal = calls.refused(func, Calls.verdict(e), language);
            boolean card = e instanceof CardException || e instanceof AgentException;
            Optional<Json> advice =
                    card && e instanceof Explained told
                            ? Optional.of(advice(told.problem(), language))
                            : Optional.empty();
            return reply(refusal).with("problem", advice);
        }
    }

    private static String func(Visit visit) {
        return visit.operation().func();
    }

    private String newId() {
        byte[] octets = new byte[VISIT_OCTETS];
        random.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }
}
