// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.bouncycastle.asn1.x509.KeyUsage;
import perennial.agent.PinEntry;
import perennial.agent.RaTrust;
import perennial.agent.selftest.BrowserFacts.Loopback;
import perennial.agent.tools.CardDoor;
import perennial.card.CardReaders;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.piv.PivReaders;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.ManagementKey;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.ProductGeneration;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// A desk on which everything is right, until a test breaks one thing.
final class TestDesk implements AutoCloseable {
    static final SecureRandom RANDOM = new SecureRandom();
    static final String READER = VirtualReaders.name(0);
    static final CardNumber NUMBER = new CardNumber("0088112120477810");
    static final String PIN = "582913";
    static final TestIssuer ISSUER = new TestIssuer("CN=Test CA,C=TW");

    /// The same card for all tests.
    private static final Card CARD = new Card();

    final List<AutoCloseable> opened = new ArrayList<>();
    final Path home;
    final Properties properties = new Properties();
    VirtualReaders readers = new VirtualReaders(2);
    VirtualCard card;
    List<Pkcs11Module> modules = List.of();
    Duration patience = Duration.ofSeconds(30);
    Optional<Path> usb = Optional.empty();
    Surroundings.Disk disk;
    Surroundings.Component component = new Surroundings.Component("0.1.0", 61161, true);
    ProxySelector proxies = ProxySelector.of(null);
    URI origin;
    List<Certificate> anchors = List.of(ISSUER.certificate);
    Clock clock = Clock.systemUTC();
    CardReaders cards;
    CardDoor door;
    Asked asked =
            Asked.nothing()
                    .in(READER)
                    .by(new BrowserFacts("Chromium 156", true, Optional.of(true), Loopback.PROMPT));
    String pin = PIN;
    boolean lastTry;

    private static final class Card {
        final SmallServer ocsp =
                SmallServer.plain((head, body) ->
                        SmallServer.http(
                                "200 OK",
                                "Content-Type: application/ocsp-response\r\n",
                                ISSUER.status(SmallServer.ocspRequest(head, body))));
        final Certificate signature;
        final Certificate encryption;
        final byte[] snapshot;

        Card() {
            VirtualCard made = blank(ProductGeneration.WITH_METADATA);
            signature =
                    ISSUER.forHolder(
                            made.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.P_256),
                            KeyUsage.digitalSignature,
                            ocsp());
            encryption =
                    ISSUER.forHolder(
                            made.generate(KeySlot.KEY_MANAGEMENT, KeyAlgorithm.P_256),
                            KeyUsage.keyAgreement,
                            ocsp());
            made.install(KeySlot.DIGITAL_SIGNATURE, signature);
            made.install(KeySlot.KEY_MANAGEMENT, encryption);
            snapshot = made.snapshot();
        }

        String ocsp() {
            return "http://127.0.0.1:%d/ocsp".formatted(ocsp.port());
        }
    }

    TestDesk(Path folder) {
        home = folder.resolve("home");
        properties.putAll(System.getProperties());
        disk = new Surroundings.Disk(home, 1);
        SmallServer ra = keep(SmallServer.plain((_, _) -> SmallServer.http("200 OK")));
        origin = URI.create("http://localhost:" + ra.port());
        card = VirtualCard.ofSnapshot(CARD.snapshot, RANDOM);
        readers.insert(READER, card);
        cards = new PivReaders(readers, RANDOM);
        door = CardDoor.of(cards);
    }

    static VirtualCard blank(ProductGeneration generation) {
        return VirtualCard.create(
                new Personalisation(
                        NUMBER,
                        PIN.toCharArray(),
                        "87350218".toCharArray(),
                        generation,
                        ManagementKey.BEHIND_PIN),
                RANDOM);
    }

    static String ocsp() {
        return CARD.ocsp();
    }

    static Certificate signature() {
        return CARD.signature;
    }

    <T extends AutoCloseable> T keep(T one) {
        opened.add(one);
        return one;
    }

    void with(VirtualCard other) {
        VirtualCard _ = readers.eject(READER).orElseThrow();
        card = other;
        readers.insert(READER, other);
    }

    void through(CardReaders others) {
        cards = others;
        door = CardDoor.of(others);
    }

    Doctor doctor() {
        return new Doctor(
                new Surroundings(
                        properties,
                        component,
                        new Surroundings.Cards(cards, door, modules, patience, usb),
                        disk,
                        new Surroundings.Network(
                                Surroundings.Network.trusting(trusted(), proxies).trust(),
                                proxies,
                                Duration.ofSeconds(8)),
                        List.of(new RaTrust(origin, origin.resolve("/cmp"), anchors)),
                        clock,
                        RANDOM));
    }

    Report examine() {
        try (PinEntry entry = PinEntry.of(Pin.of(pin.toCharArray()), lastTry)) {
            return doctor().examine(asked.with(entry));
        }
    }

    private static KeyStore trusted() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", ISSUER.certificate.x509());
            return store;
        } catch (java.security.GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IOException("does not close", e);
            }
        }
    }
}
