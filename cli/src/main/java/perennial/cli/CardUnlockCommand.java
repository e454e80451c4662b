// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.UnlockTools;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `perennial card unlock`.
@Command(
        name = "unlock",
        mixinStandardHelpOptions = true,
        description = {
            "Unlocks a card and sets a new PIN (鎖卡解碼): with its PUK, or, with --by-authority,",
            "with the holder's user code (用戶代碼) by its authority.",
            "All of them are asked for, or read from files; they are never arguments."
        })
final class CardUnlockCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private CardToolOptions options = new CardToolOptions();

    @Option(
            names = "--puk-file",
            paramLabel = "FILE",
            description = "read the PUK from this file; - for a line of standard input")
    private Optional<Path> pukFile = Optional.empty();

    @Option(
            names = "--by-authority",
            paramLabel = "URL",
            description = "ask the registration authority of this origin; takes no PUK")
    private Optional<URI> authority = Optional.empty();

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "certificate of the authority that its answer must lead to")
    private Optional<Path> trust = Optional.empty();

    @Option(
            names = "--user-code-file",
            paramLabel = "FILE",
            description = "read the user code from this file; - for a line of standard input")
    private Optional<Path> userCodeFile = Optional.empty();

    @Option(
            names = "--new-pin-file",
            paramLabel = "FILE",
            description = "read the new PIN from this file; - for a line of standard input")
    private Optional<Path> newPinFile = Optional.empty();

    @Option(
            names = "--last-try",
            description = "agree to use the PUK's last try, or one that may be the last")
    private boolean lastTry;

    CardUnlockCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        SecretEntry entry = new SecretEntry(console);
        try (var open = options.open()) {
            CardSheet sheet = open.tools().view(open.reader());
            show(console, sheet);
            refuseRisk(sheet, lastTry);
            CardTools.Shown shown = new CardTools.Shown(open.reader(), sheet.cardNumber());
            if (authority.isPresent()) {
                return conclude(console, online(open.tools(), shown, authority.get(), entry));
            }
            try (Pin puk = entry.pin(pukFile, console.choose("PUK碼: ", "PUK: "));
                    Pin next = entry.newPin(newPinFile)) {
                return conclude(console, open.tools().unlock(shown, puk, next, lastTry));
            }
        }
    }

    private CardTools.Answer online(
            CardTools tools, CardTools.Shown shown, URI origin, SecretEntry entry) {
        Path anchors =
                trust.orElseThrow(() ->
                        new Failure(Problem.CONFIGURATION_INVALID, "--by-authority needs --trust"));
        UnlockTools unlocking =
                new UnlockTools(
                        tools,
                        options.folder(),
                        PemFiles.read(anchors),
                        Clock.systemUTC(),
                        new SecureRandom());
        char[] code = entry.characters(userCodeFile, console.choose("用戶代碼: ", "User code: "));
        try (Pin next = entry.newPin(newPinFile)) {
            return unlocking.online(shown, origin, code, next, lastTry);
        } finally {
            Arrays.fill(code, '\0');
        }
    }

    /// @throws Failure PUK_BLOCKED, WOULD_LOCK_CARD
    static void refuseRisk(CardSheet sheet, boolean consent) {
        if (sheet.pukTriesLeft().equals(Optional.of(0))) {
            throw new Failure(Problem.PUK_BLOCKED, "");
        }
        if (sheet.pukTriesLeft().orElse(1) == 1 && !consent) {
            throw new Failure(Problem.WOULD_LOCK_CARD, "--last-try");
        }
    }

    static void show(Console console, CardSheet sheet) {
        console.say("%s %s", console.choose("IC卡卡號", "card number"), sheet.cardNumber().value());
        console.say("%s %d", console.choose("PIN碼剩餘次數", "PIN tries left"), sheet.pinTriesLeft());
        console.say(
                "%s %s",
                console.choose("PUK碼剩餘次數", "PUK tries left"),
                sheet.pukTriesLeft()
                        .map(String::valueOf)
                        .orElseGet(() -> console.choose("卡片不提供", "the card does not tell")));
    }

    static int conclude(Console console, CardTools.Answer answer) {
        return switch (answer.outcome()) {
            case PinOutcome.Verified _ -> {
                console.say(
                        "%s",
                        console.choose(
                                "IC卡已解鎖，新PIN碼剩餘次數 " + answer.pinTriesLeft(),
                                "card unlocked; tries left for the new PIN: "
                                        + answer.pinTriesLeft()));
                yield 0;
            }
            case PinOutcome.Wrong(int left) -> {
                console.fail(
                        Problem.PUK_WRONG, new CardWords(console).tries(Problem.PUK_WRONG, left));
                yield Console.FAILED;
            }
            case PinOutcome.Blocked _ -> {
                console.fail(Problem.PUK_BLOCKED, "");
                yield Console.FAILED;
            }
        };
    }
}
