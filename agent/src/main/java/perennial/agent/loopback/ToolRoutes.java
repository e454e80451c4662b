// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import perennial.agent.AgentException;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.CardTools.Answer;
import perennial.agent.tools.CardTools.Shown;
import perennial.card.CardAbilities;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;

/// Questions of the card tools' page. Secrets arrive sealed, two in one body; which card is meant
/// stands in header fields.
final class ToolRoutes {
    private final CardTools tools;
    private final OneTimeKeys keys;
    private final Answers answers;

    ToolRoutes(CardTools tools, OneTimeKeys keys, Answers answers) {
        this.tools = tools;
        this.keys = keys;
        this.answers = answers;
    }

    Json.Members card(Call call) throws Json.MalformedException {
        CardSheet sheet =
                tools.view(
                        call.json()
                                .text("reader")
                                .orElseThrow(() -> new Json.MalformedException("no reader")));
        CardAbilities abilities = sheet.abilities();
        return new Json.Members()
                .with("reader", sheet.reader())
                .with("atr", sheet.atr().map(Json.Text::new))
                .with("cardNumber", sheet.cardNumber().value())
                .with("pinTriesLeft", sheet.pinTriesLeft())
                .with("pukTriesLeft", sheet.pukTriesLeft().map(Json.Whole::new))
                .with("driver", abilities.driver())
                .with("product", abilities.product())
                .with("kind", abilities.kind().name())
                .with("reKeyWays", names(abilities.reKeyWays()))
                .with("newKeys", names(abilities.newKeys()))
                .with("freeContainers", abilities.freeContainers())
                .with("seenAt", sheet.seenAt().toString())
                .with("keys", Answers.list(sheet.keys(), ToolRoutes::key));
    }

    private static Json key(CardSheet.CertifiedKey key) {
        Certificate certificate = key.certificate();
        return new Json.Members()
                .with("slot", key.slot().name())
                .with("state", key.state().name())
                .with("algorithm", key.algorithm().map(a -> new Json.Text(a.name())))
                .with("subject", certificate.subjectText())
                .with("issuer", certificate.issuerText())
                .with("serial", certificate.serialNumber().hex())
                .with("notBefore", certificate.validity().notBefore().toString())
                .with("notAfter", certificate.validity().notAfter().toString())
                .with("der", Base64.getEncoder().encodeToString(certificate.der()));
    }

    private static Json names(Collection<? extends Enum<?>> values) {
        return new Json.Array(
                values.stream().map(Enum::name).sorted().<Json>map(Json.Text::new).toList());
    }

    Json.Members changePin(Call call) {
        Shown shown = shown(call);
        boolean consent = consent(call);
        Answer answer =
                present(call, (current, next) -> tools.changePin(shown, current, next, consent));
        return told(call, answer, Problem.PIN_WRONG, Problem.PIN_BLOCKED);
    }

    Json.Members unlock(Call call) {
        Shown shown = shown(call);
        boolean consent = consent(call);
        Answer answer = present(call, (puk, next) -> tools.unlock(shown, puk, next, consent));
        return told(call, answer, Problem.PUK_WRONG, Problem.PUK_BLOCKED);
    }

    private Answer present(Call call, BiFunction<Pin, Pin, Answer> work) {
        try (SealedSecret sealed = keys.open(call)) {
            List<Pin> pins = sealed.pins(2);
            try (Pin first = pins.get(0);
                    Pin second = pins.get(1)) {
                return work.apply(first, second);
            }
        }
    }

    /// The outcome, and what a person is told where it was not the right secret.
    private Json.Members told(Call call, Answer answer, Problem wrong, Problem blocked) {
        Json.Members told =
                switch (answer.outcome()) {
                    case PinOutcome.Verified _ -> new Json.Members().with("outcome", "VERIFIED");
                    case PinOutcome.Wrong(int left) ->
                            answers.problem(wrong, call.language())
                                    .with("outcome", "WRONG")
                                    .with("triesLeft", left);
                    case PinOutcome.Blocked _ ->
                            answers.problem(blocked, call.language())
                                    .with("outcome", "BLOCKED")
                                    .with("triesLeft", 0);
                };
        return told.with("pinTriesLeft", answer.pinTriesLeft());
    }

    private static boolean consent(Call call) {
        return RequestGate.only(call.headers(), "X-Perennial-Last-Try").equals("yes");
    }

    /// The reader's name is percent-encoded: header fields carry no other script.
    static Shown shown(Call call) {
        try {
            return new Shown(
                    URLDecoder.decode(
                            RequestGate.only(call.headers(), "X-Perennial-Reader"),
                            StandardCharsets.UTF_8),
                    new CardNumber(RequestGate.only(call.headers(), "X-Perennial-Card")));
        } catch (IllegalArgumentException e) {
            throw new AgentException(Problem.REQUEST_INVALID, "no card named", e);
        }
    }
}
