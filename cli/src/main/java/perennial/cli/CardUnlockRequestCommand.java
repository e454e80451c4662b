// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.UnlockTools;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `perennial card unlock-request`: the first half of an unlock by hand.
@Command(
        name = "unlock-request",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a message that asks the authority to unlock the card (用戶代碼).",
            "Its answer goes to `perennial card unlock-response` on this computer."
        })
final class CardUnlockRequestCommand implements Runnable {
    private final Console console;

    @Mixin private CardToolOptions options = new CardToolOptions();

    @Option(
            names = "--user-code-file",
            paramLabel = "FILE",
            description = "read the user code from this file; - for a line of standard input")
    private Optional<Path> userCodeFile = Optional.empty();

    CardUnlockRequestCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        try (var open = options.open()) {
            CardSheet sheet = open.tools().view(open.reader());
            char[] code =
                    new SecretEntry(console)
                            .characters(userCodeFile, console.choose("用戶代碼: ", "User code: "));
            try {
                UnlockTools unlocking =
                        new UnlockTools(
                                open.tools(),
                                options.folder(),
                                List.of(),
                                Clock.systemUTC(),
                                new SecureRandom());
                console.say("%s", unlocking.request(sheet.cardNumber(), code).stripTrailing());
            } finally {
                Arrays.fill(code, '\0');
            }
        }
    }
}
