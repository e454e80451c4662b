// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.FileTools;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// A file, a card, and the PIN between them.
final class CardFileOptions {
    @Mixin private CardToolOptions card = new CardToolOptions();

    @Option(
            names = "--pin-file",
            paramLabel = "FILE",
            description = "read the PIN from this file; - for a line of standard input")
    private Optional<Path> pinFile = Optional.empty();

    @Option(names = "--last-try", description = "agree to use the card's last PIN try")
    private boolean lastTry;

    interface Work {
        PinOutcome with(FileTools files, FileTools.Presented presented);
    }

    /// Asks for the PIN and works.
    ///
    /// @return the exit code; what the PIN was answered is said, unless it was right
    int run(Console console, Work work) {
        try (var open = card.open()) {
            CardSheet sheet = open.tools().view(open.reader());
            console.say(
                    "%s %s  %s %d",
                    console.choose("IC卡卡號", "card number"),
                    sheet.cardNumber().value(),
                    console.choose("PIN碼剩餘次數", "PIN tries left"),
                    sheet.pinTriesLeft());
            if (sheet.pinTriesLeft() == 0) {
                throw new Failure(Problem.PIN_BLOCKED, "");
            }
            if (sheet.pinTriesLeft() == 1 && !lastTry) {
                throw new Failure(Problem.PIN_LAST_TRY, "--last-try");
            }
            FileTools files = new FileTools(open.tools(), Clock.systemUTC(), new SecureRandom());
            PinOutcome outcome;
            try (Pin pin =
                    new SecretEntry(console).pin(pinFile, console.choose("PIN碼: ", "PIN: "))) {
                outcome =
                        work.with(
                                files,
                                new FileTools.Presented(
                                        new CardTools.Shown(open.reader(), sheet.cardNumber()),
                                        pin,
                                        lastTry));
            }
            return concluded(console, outcome);
        }
    }

    private static int concluded(Console console, PinOutcome outcome) {
        switch (outcome) {
            case PinOutcome.Verified _ -> {
                return 0;
            }
            case PinOutcome.Wrong(int left) ->
                    console.fail(
                            Problem.PIN_WRONG,
                            new CardWords(console).tries(Problem.PIN_WRONG, left));
            case PinOutcome.Blocked _ -> console.fail(Problem.PIN_BLOCKED, "");
        }
        return Console.FAILED;
    }

    /// The file's name with something behind it.
    static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
