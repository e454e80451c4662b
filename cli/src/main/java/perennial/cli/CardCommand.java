// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import perennial.card.CardReader;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.certificate.Certificate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `perennial card`: what can be seen of a card without its PIN.
@Command(
        name = "card",
        mixinStandardHelpOptions = true,
        description = "Shows readers and cards.",
        subcommands = {CardCommand.Listing.class, CardCommand.Show.class})
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

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a card's certificates.")
    static final class Show implements Runnable {
        private final Console console;

        @Mixin private ReaderOptions options = new ReaderOptions();

        Show(Console console) {
            this.console = console;
        }

        @Override
        public void run() {
            try (var open = options.open()) {
                String name = options.name(open.readers());
                CardReader reader =
                        open.readers().list().stream()
                                .filter(r -> r.name().equals(name))
                                .findFirst()
                                .orElseThrow();
                try (CardSession session = reader.open()) {
                    console.say(
                            "%s %s", console.choose("IC卡卡號", "card number"), session.cardNumber());
                    console.say(
                            "%s %d",
                            console.choose("PIN碼剩餘次數", "PIN tries left"), session.triesLeft());
                    for (KeySlot slot : KeySlot.values()) {
                        session.certificate(slot).ifPresent(certificate -> show(slot, certificate));
                    }
                }
            }
        }

        private void show(KeySlot slot, Certificate certificate) {
            console.say("%s", slot);
            console.say("  %s  %s", console.choose("憑證主體名稱", "subject"), certificate.subjectText());
            console.say("  %s    %s", console.choose("憑證發行者", "issuer"), certificate.issuerText());
            console.say(
                    "  %s      %s", console.choose("憑證序號", "serial"), certificate.serialNumber());
            console.say(
                    "  %s      %s ~ %s",
                    console.choose("憑證效期", "validity"),
                    certificate.validity().notBefore(),
                    certificate.validity().notAfter());
        }
    }
}
