// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import perennial.agent.tools.CardSheet;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `perennial card show`: everything that a card tells without its PIN.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows a card: what it is, what it can do, its certificates and keys.")
final class CardShowCommand implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx").withZone(ZoneId.systemDefault());

    private final Console console;
    private final CardWords words;

    @Mixin private CardToolOptions options = new CardToolOptions();

    @Option(names = "--json", description = "one JSON document, the same in every language")
    private boolean json;

    CardShowCommand(Console console) {
        this.console = console;
        this.words = new CardWords(console);
    }

    @Override
    public void run() {
        try (var open = options.open()) {
            CardSheet sheet = open.tools().view(open.reader());
            if (json) {
                console.say(
                        "%s",
                        JsonMapper.builder()
                                .build()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(document(sheet)));
            } else {
                say(sheet);
            }
        }
    }

    private void say(CardSheet sheet) {
        line("讀卡機", "reader", sheet.reader());
        line("ATR", "ATR", sheet.atr().orElse("-"));
        line("IC卡卡號", "card number", sheet.cardNumber().value());
        line("卡片種類", "product", text(sheet.abilities().product()));
        line("驅動方式", "driver", text(sheet.abilities().driver()));
        line("可用功能", "abilities", words.abilities(sheet.abilities()));
        line("可產生金鑰", "new keys", newKeys(sheet));
        line("可用空間", "room for keys", Integer.toString(sheet.abilities().freeContainers()));
        line("PIN碼剩餘次數", "PIN tries left", Integer.toString(sheet.pinTriesLeft()));
        line(
                "PUK碼剩餘次數",
                "PUK tries left",
                sheet.pukTriesLeft()
                        .map(String::valueOf)
                        .orElseGet(() -> console.choose("卡片不提供", "the card does not tell")));
        sheet.keys().forEach(this::say);
        console.say("");
        console.say(
                "%s",
                console.choose(
                        "憑證狀態依本機時間 " + TIME.format(sheet.seenAt()) + " 判斷，是否廢止須向憑證管理中心查詢。",
                        "States go by this computer's clock, "
                                + TIME.format(sheet.seenAt())
                                + "; whether a certificate is revoked only its authority knows."));
        console.say(
                "%s",
                console.choose(
                        "憑證序號不是IC卡卡號：卡號印在卡片上，卡片換新才會改變；憑證序號在憑證內，每次展期都會改變。",
                        "The certificate's serial number is not the card number: the card number is"
                                + " printed on the card and stays; the serial number is in the"
                                + " certificate and changes with every renewal."));
    }

    private void say(CardSheet.CertifiedKey key) {
        Certificate certificate = key.certificate();
        Validity validity = certificate.validity();
        console.say("");
        console.say("%s", words.slot(key.slot()));
        line("  憑證主體名稱", "  subject", certificate.subjectText());
        line("  憑證發行者", "  issuer", certificate.issuerText());
        line("  憑證序號", "  serial number", certificate.serialNumber().hex());
        line(
                "  憑證效期",
                "  validity",
                TIME.format(validity.notBefore()) + " ~ " + TIME.format(validity.notAfter()));
        line("  憑證狀態", "  state", words.state(key.state()));
        line(
                "  金鑰",
                "  key",
                key.algorithm()
                        .map(words::algorithm)
                        .orElse(certificate.publicKey().getAlgorithm()));
    }

    private String newKeys(CardSheet sheet) {
        return text(
                sheet.abilities().newKeys().stream()
                        .sorted()
                        .map(words::algorithm)
                        .collect(Collectors.joining(", ")));
    }

    private static String text(String value) {
        return value.isBlank() ? "-" : value;
    }

    /// A Chinese character takes two columns.
    private void line(String chinese, String english, String value) {
        String label = console.choose(chinese, english);
        int columns = label.codePoints().map(c -> c > 0x2E80 ? 2 : 1).sum();
        console.say("%s%s%s", label, " ".repeat(Math.max(1, 18 - columns)), value);
    }

    private static Map<String, Object> document(CardSheet sheet) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("reader", sheet.reader());
        sheet.atr().ifPresent(atr -> document.put("atr", atr));
        document.put("cardNumber", sheet.cardNumber().value());
        document.put("pinTriesLeft", sheet.pinTriesLeft());
        sheet.pukTriesLeft().ifPresent(left -> document.put("pukTriesLeft", left));
        document.put("driver", sheet.abilities().driver());
        document.put("product", sheet.abilities().product());
        document.put("kind", sheet.abilities().kind().name());
        document.put("reKeyWays", names(sheet.abilities().reKeyWays()));
        document.put("newKeys", names(sheet.abilities().newKeys()));
        document.put("freeContainers", sheet.abilities().freeContainers());
        document.put("seenAt", sheet.seenAt().toString());
        document.put("keys", sheet.keys().stream().map(CardShowCommand::document).toList());
        return document;
    }

    private static List<String> names(Collection<? extends Enum<?>> values) {
        return values.stream().map(Enum::name).sorted().toList();
    }

    private static Map<String, Object> document(CardSheet.CertifiedKey key) {
        Map<String, Object> document = new LinkedHashMap<>();
        Certificate certificate = key.certificate();
        document.put("slot", key.slot().name());
        document.put("state", key.state().name());
        key.algorithm().ifPresent(algorithm -> document.put("algorithm", algorithm.name()));
        document.put("subject", certificate.subjectText());
        document.put("issuer", certificate.issuerText());
        document.put("serialNumber", certificate.serialNumber().hex());
        document.put("notBefore", certificate.validity().notBefore().toString());
        document.put("notAfter", certificate.validity().notAfter().toString());
        document.put("sha256", certificate.fingerprint());
        document.put("pem", PemFiles.encode(certificate));
        return document;
    }
}
