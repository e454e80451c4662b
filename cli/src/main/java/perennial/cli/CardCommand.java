// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import perennial.card.CardException;
import perennial.card.CardReader;
import perennial.card.CardSession;
import perennial.core.advice.Advice;
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
                open.readers().list().forEach(this::list);
            }
        }

        /// What is wrong with one card says nothing about the others.
        private void list(CardReader reader) {
            if (!reader.cardPresent()) {
                console.say("%s %s", reader.name(), console.choose("(無卡片)", "(no card)"));
                return;
            }
            try (CardSession session = reader.open()) {
                console.say("%s 卡號:[%s]", reader.name(), session.cardNumber());
            } catch (CardException e) {
                Advice advice = console.advice(e.problem());
                console.say("%s %s %s", reader.name(), advice.code(), advice.cause());
            }
        }
    }
}
