// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import perennial.agent.AgentException;
import perennial.agent.json.Json;
import perennial.agent.sealing.OneTimeKeys;
import perennial.agent.sealing.SealedSecret;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.CardTools.Answer;
import perennial.agent.tools.CardTools.Shown;
import perennial.agent.tools.FileTools.Presented;
import perennial.agent.tools.UnlockTools;
import perennial.card.CardAbilities;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;

/// Questions of the card tools' page about a card and its secrets. Those arrive sealed, all in one
/// body; which card is meant stands in header fields.
final class ToolRoutes {
    private static final long MAX_ANSWER = 64 * 1024;

    private final CardTools tools;
    private final UnlockTools unlocking;
    private final List<URI> origins;
    private final WindowFiles files;
    private final OneTimeKeys keys;
    private final Answers answers;

    /// @param origins the registration authorities that may be asked to unlock a card
    ToolRoutes(
            CardTools tools,
            UnlockTools unlocking,
            List<URI> origins,
            WindowFiles files,
            OneTimeKeys keys,
            Answers answers) {
        this.tools = tools;
        this.unlocking = unlocking;
        this.origins = List.copyOf(origins);
        this.files = files;
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
        return told(call, answer.outcome(), Problem.PIN_WRONG, Problem.PIN_BLOCKED)
                .with("pinTriesLeft", answer.pinTriesLeft());
    }

    Json.Members unlock(Call call) {
        Shown shown = shown(call);
        boolean consent = consent(call);
        return unlocked(
                call, present(call, (puk, next) -> tools.unlock(shown, puk, next, consent)));
    }

    /// By the authority that stands in a header field, over the network.
    Json.Members unlockOnline(Call call) {
        Shown shown = shown(call);
        URI origin =
                origins.stream()
                        .filter(o -> o.toString().equals(call.field("X-Perennial-Origin")))
                        .findFirst()
                        .orElseThrow(
                                () -> new AgentException(Problem.RA_NOT_TRUSTED, "not configured"));
        try (SealedSecret sealed = keys.open(call.window(), call.body());
                Pin next = sealed.firstPins(1).getFirst()) {
            char[] code = userCode(sealed, 1);
            try {
                return unlocked(call, unlocking.online(shown, origin, code, next, consent(call)));
            } finally {
                Arrays.fill(code, '\0');
            }
        }
    }

    /// A request that the holder carries to the authority.
    Json.Members unlockRequest(Call call) {
        Shown shown = shown(call);
        try (SealedSecret sealed = keys.open(call.window(), call.body())) {
            char[] code = userCode(sealed, 0);
            try {
                return new Json.Members().with("request", unlocking.request(shown.card(), code));
            } finally {
                Arrays.fill(code, '\0');
            }
        }
    }

    /// With the answer that was carried back, which the window gave as a file.
    Json.Members unlockFinish(Call call) {
        Shown shown = shown(call);
        String answer = text(files.given(call.window(), WindowFiles.Role.CONTENT));
        try (SealedSecret sealed = keys.open(call.window(), call.body());
                Pin next = sealed.pins(1).getFirst()) {
            return unlocked(call, unlocking.finish(shown, answer, next, consent(call)));
        }
    }

    private static char[] userCode(SealedSecret sealed, int pins) {
        return sealed.textAfter(pins)
                .orElseThrow(() -> new AgentException(Problem.UNLOCK_REFUSED, "no user code"));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_ANSWER) {
                throw new AgentException(Problem.UNLOCK_ANSWER_INVALID, "too long for an answer");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AgentException(Problem.FILE_NOT_USABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private Json.Members unlocked(Call call, Answer answer) {
        return told(call, answer.outcome(), Problem.PUK_WRONG, Problem.PUK_BLOCKED)
                .with("pinTriesLeft", answer.pinTriesLeft());
    }

    private Answer present(Call call, BiFunction<Pin, Pin, Answer> work) {
        try (SealedSecret sealed = keys.open(call.window(), call.body())) {
            List<Pin> pins = sealed.pins(2);
            try (Pin first = pins.get(0);
                    Pin second = pins.get(1)) {
                return work.apply(first, second);
            }
        }
    }

    /// What is done with the card if the PIN, which came sealed and alone, is right.
    Json.Members behindPin(Call call, Function<Presented, PinOutcome> work) {
        PinOutcome outcome;
        try (SealedSecret sealed = keys.open(call.window(), call.body());
                Pin pin = sealed.pins(1).getFirst()) {
            outcome = work.apply(new Presented(shown(call), pin, consent(call)));
        }
        return told(call, outcome, Problem.PIN_WRONG, Problem.PIN_BLOCKED);
    }

    /// The outcome, and what a person is told where it was not the right secret.
    private Json.Members told(Call call, PinOutcome outcome, Problem wrong, Problem blocked) {
        return switch (outcome) {
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
    }

    private static boolean consent(Call call) {
        return call.field("X-Perennial-Last-Try").equals("yes");
    }

    /// The reader's name is percent-encoded: header fields carry no other script.
    private static Shown shown(Call call) {
        try {
            return new Shown(
                    URLDecoder.decode(call.field("X-Perennial-Reader"), StandardCharsets.UTF_8),
                    new CardNumber(call.field("X-Perennial-Card")));
        } catch (IllegalArgumentException e) {
            throw new AgentException(Problem.REQUEST_INVALID, "no card named", e);
        }
    }
}
