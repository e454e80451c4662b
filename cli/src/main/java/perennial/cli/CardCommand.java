// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import perennial.card.CardReader;
import perennial.card.CardSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `perennial card`: what a holder does with a card beside renewing it.
@Command(
        name = "card",
        mixinStandardHelpOptions = true,
        description = "Shows cards, changes PINs, unlocks, signs and deciphers files. IC卡工具。",
        subcommands = {
            CardCommand.Listing.class,
            CardShowCommand.class,
            CardChangePinCommand.class,
            CardUnlockCommand.class,
            CardUnlockRequestCommand.class,
            CardUnlockResponseCommand.class,
            CardSignCommand.class,
            CardVerifyCommand.class,
            CardDecryptCommand.class,
            CardEncryptCommand.class
        })
final class CardCommand {
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists readers and card numbers.")
    static final class Listing implements Runnable {
        private final Console console;

        @Mixin private ReaderOptions options = new ReaderOptions();

        Listing(Console console) {
            this.console = console;
        }

        @Override
        public void run() {
            try (var open = options.open()) {
                for (CardReader reader : open.readers().list()) {
                    if (reader.cardPresent()) {
                        try (CardSession session = reader.open()) {
                            console.say("%s 卡號:[%s]", reader.name(), session.cardNumber());
                        }
                    } else {
                        console.say("%s %s", reader.name(), console.choose("(無卡片)", "(no card)"));
                    }
                }
            }
        }
    }
}
