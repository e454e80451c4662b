// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `perennial card change-pin`.
@Command(
        name = "change-pin",
        mixinStandardHelpOptions = true,
        description = {
            "Changes a card's PIN. The tries left are shown first.",
            "PINs are asked for, or read from files; they are never arguments."
        })
final class CardChangePinCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private CardToolOptions options = new CardToolOptions();

    @Option(
            names = "--pin-file",
            paramLabel = "FILE",
            description = "read the current PIN from this file; - for a line of standard input")
    private Optional<Path> pinFile = Optional.empty();

    @Option(
            names = "--new-pin-file",
            paramLabel = "FILE",
            description = "read the new PIN from this file; - for a line of standard input")
    private Optional<Path> newPinFile = Optional.empty();

    @Option(names = "--last-try", description = "agree to use the card's last PIN try")
    private boolean lastTry;

    CardChangePinCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        SecretEntry entry = new SecretEntry(console);
        try (var open = options.open()) {
            CardSheet sheet = open.tools().view(open.reader());
            console.say(
                    "%s %s", console.choose("IC卡卡號", "card number"), sheet.cardNumber().value());
            console.say(
                    "%s %d", console.choose("PIN碼剩餘次數", "PIN tries left"), sheet.pinTriesLeft());
            if (sheet.pinTriesLeft() == 0) {
                throw new Failure(Problem.PIN_BLOCKED, "");
            }
            if (sheet.pinTriesLeft() == 1 && !lastTry) {
                throw new Failure(Problem.PIN_LAST_TRY, "--last-try");
            }
            CardTools.Shown shown = new CardTools.Shown(open.reader(), sheet.cardNumber());
            try (Pin current = entry.pin(pinFile, console.choose("目前的PIN碼: ", "Current PIN: "));
                    Pin next = entry.newPin(newPinFile)) {
                return conclude(open.tools().changePin(shown, current, next, lastTry));
            }
        }
    }

    private int conclude(CardTools.Answer answer) {
        return switch (answer.outcome()) {
            case PinOutcome.Verified _ -> {
                console.say(
                        "%s",
                        console.choose(
                                "PIN碼已變更，剩餘次數 " + answer.pinTriesLeft(),
                                "PIN changed; tries left: " + answer.pinTriesLeft()));
                yield 0;
            }
            case PinOutcome.Wrong(int left) -> {
                console.fail(
                        Problem.PIN_WRONG, new CardWords(console).tries(Problem.PIN_WRONG, left));
                yield Console.FAILED;
            }
            case PinOutcome.Blocked _ -> {
                console.fail(Problem.PIN_BLOCKED, "");
                yield Console.FAILED;
            }
        };
    }
}
