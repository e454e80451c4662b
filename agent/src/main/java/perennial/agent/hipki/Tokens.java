// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perennial.agent.AgentException;
import perennial.agent.ReaderView;
import perennial.agent.json.Json;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.CardTools.Shown;
import perennial.card.CardException;
import perennial.card.KeySlot;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;

/// The readers of this computer and the cards in them, as `pkcs11info` tells them: looked at anew
/// for every call, so that what is plugged in or out needs no restart.
final class Tokens {
    private static final Json UNKNOWN = new Json.Text("unknown token");
    private static final int MAX_ISSUERS = 4;

    private final CardRenewals readers;
    private final CardTools tools;
    private final List<Certificate> authorities;

    /// @param authorities what may have issued the cards' certificates; told along where it has
    Tokens(CardRenewals readers, CardTools tools, List<Certificate> authorities) {
        this.readers = readers;
        this.tools = tools;
        this.authorities = List.copyOf(authorities);
    }

    Json.Members info(boolean withCertificates) {
        List<Json> slots = new ArrayList<>();
        for (ReaderView reader : readers.readers()) {
            slots.add(
                    new Json.Members()
                            .with("slotDescription", reader.name())
                            .with("slotID", slots.size())
                            .with("token", token(reader, withCertificates)));
        }
        return Replies.done("pkcs11info")
                .with("serverVersion", Replies.VERSION)
                .with("cryptokiVersion", "2.40")
                .with("libraryDescription", "Perennial PKCS#11")
                .with("libraryVersion", "3.100")
                .with("slots", new Json.Array(slots));
    }

    private Json token(ReaderView reader, boolean withCertificates) {
        if (!reader.cardPresent()) {
            return Json.NULL;
        }
        if (reader.cardNumber().isEmpty()) {
            return UNKNOWN;
        }
        if (!withCertificates) {
            return token(reader.cardNumber().get(), "");
        }
        try {
            CardSheet sheet = tools.view(reader.name());
            return token(sheet.cardNumber(), sheet.abilities().product())
                    .with("certs", certificates(sheet))
                    .with("keys", keys(sheet));
        } catch (CardException | AgentException e) {
            // Taken out, or taken by a renewal, in between.
            return UNKNOWN;
        }
    }

    private static Json.Members token(CardNumber number, String model) {
        return new Json.Members()
                .with("serialNumber", number.value())
                .with("label", "IC card")
                .with("manufacturerID", "Perennial")
                .with("model", model);
    }

    private Json certificates(CardSheet sheet) {
        Set<KeySlot> present = slots(sheet);
        List<Json> entries = new ArrayList<>();
        List<Certificate> held = new ArrayList<>();
        for (KeyName name : KeyName.all()) {
            certificate(sheet, name)
                    .ifPresent(certificate -> {
                        held.add(certificate);
                        entries.add(
                                CertificateEntry.of(
                                        name.label(present), name.base64(), certificate));
                    });
        }
        issuers(held)
                .forEach(issuer -> {
                    boolean root = issuer.subject().equals(issuer.x509().getIssuerX500Principal());
                    boolean direct = held.stream().anyMatch(c -> issued(issuer, c));
                    String label = root && !direct ? "ROOT CA Cert" : "CA Cert";
                    entries.add(CertificateEntry.of(label, "", issuer));
                });
        return new Json.Array(entries);
    }

    /// Of the authorities those that lead up from the held ones, from below to above.
    private List<Certificate> issuers(List<Certificate> held) {
        List<Certificate> found = new ArrayList<>();
        List<Certificate> below = held;
        for (int i = 0; i < MAX_ISSUERS && !below.isEmpty(); i++) {
            List<Certificate> children = below;
            below =
                    authorities.stream()
                            .filter(a -> !found.contains(a))
                            .filter(a -> children.stream().anyMatch(c -> issued(a, c)))
                            .toList();
            found.addAll(below);
        }
        return found;
    }

    private static boolean issued(Certificate issuer, Certificate certificate) {
        return issuer.subject().equals(certificate.x509().getIssuerX500Principal());
    }

    private static Json keys(CardSheet sheet) {
        Set<KeySlot> present = slots(sheet);
        List<Json> keys = new ArrayList<>();
        for (KeyName name : KeyName.all()) {
            certificate(sheet, name)
                    .ifPresent(certificate ->
                            keys.add(
                                    new Json.Members()
                                            .with("id", name.base64())
                                            .with("label", name.label(present))
                                            .with("type", certificate.publicKey().getAlgorithm())
                                            .with(
                                                    "keyb64",
                                                    java.util.Base64.getEncoder()
                                                            .encodeToString(
                                                                    certificate
                                                                            .publicKey()
                                                                            .getEncoded()))));
        }
        return new Json.Array(keys);
    }

    private static Set<KeySlot> slots(CardSheet sheet) {
        EnumSet<KeySlot> slots = EnumSet.noneOf(KeySlot.class);
        sheet.keys().forEach(key -> slots.add(key.slot()));
        return slots;
    }

    private static Optional<Certificate> certificate(CardSheet sheet, KeyName name) {
        return sheet.keys().stream()
                .filter(key -> key.slot() == name.slot())
                .map(CardSheet.CertifiedKey::certificate)
                .findFirst();
    }

    /// The card that a call is about: in the reader that it names, or the first with a card; of the
    /// number that it names, if it does.
    ///
    /// @throws RefusedException READER_MISSING, CARD_MISSING, LIBRARY, OTHER_CARD
    Shown chosen(TbsPackage asked) {
        List<ReaderView> all = readers.readers();
        if (all.isEmpty()) {
            throw new RefusedException(RetCode.READER_MISSING, "no reader");
        }
        Optional<String> wanted = asked.text("slotDescription").or(() -> asked.text("readername"));
        List<ReaderView> fitting =
                all.stream()
                        .filter(r -> wanted.isEmpty() || r.name().equals(wanted.get().strip()))
                        .toList();
        if (fitting.isEmpty()) {
            throw new RefusedException(RetCode.READER_MISSING, "no reader of that name");
        }
        ReaderView reader =
                fitting.stream()
                        .filter(r -> r.cardNumber().isPresent())
                        .findFirst()
                        .orElse(fitting.getFirst());
        CardNumber number =
                reader.cardNumber()
                        .orElseThrow(() ->
                                new RefusedException(
                                        reader.cardPresent()
                                                ? RetCode.LIBRARY
                                                : RetCode.CARD_MISSING,
                                        "no card that can be read"));
        Optional<String> card = asked.text("cardid").or(() -> asked.text("cardNumber"));
        if (card.isPresent() && !card.get().strip().equals(number.value())) {
            throw new RefusedException(RetCode.OTHER_CARD, "another card is in the reader");
        }
        return new Shown(reader.name(), number);
    }
}
