// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.UnlockTools;
import perennial.card.Pin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial card unlock-response`: the second half of an unlock by hand.
@Command(
        name = "unlock-response",
        mixinStandardHelpOptions = true,
        description = "Unlocks the card with the authority's answer and sets a new PIN.")
final class CardUnlockResponseCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private CardToolOptions options = new CardToolOptions();

    @Parameters(paramLabel = "FILE", description = "the authority's answer")
    private Path answer = Path.of("");

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            required = true,
            description = "certificate of the authority that the answer's signer must lead to")
    private Path trust = Path.of("");

    @Option(
            names = "--new-pin-file",
            paramLabel = "FILE",
            description = "read the new PIN from this file; - for a line of standard input")
    private Optional<Path> newPinFile = Optional.empty();

    @Option(
            names = "--last-try",
            description = "agree to use the PUK's last try, or one that may be the last")
    private boolean lastTry;

    CardUnlockResponseCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (var open = options.open()) {
            CardSheet sheet = open.tools().view(open.reader());
            CardUnlockCommand.show(console, sheet);
            CardUnlockCommand.refuseRisk(sheet, lastTry);
            UnlockTools unlocking =
                    new UnlockTools(
                            open.tools(),
                            options.folder(),
                            PemFiles.read(trust),
                            Clock.systemUTC(),
                            new SecureRandom());
            String text = new String(PemFiles.octets(answer), StandardCharsets.ISO_8859_1);
            try (Pin next = new SecretEntry(console).newPin(newPinFile)) {
                return CardUnlockCommand.conclude(
                        console,
                        unlocking.finish(
                                new CardTools.Shown(open.reader(), sheet.cardNumber()),
                                text,
                                next,
                                lastTry));
            }
        }
    }
}
