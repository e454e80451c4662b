// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardAbilities;
import perennial.card.CardException;
import perennial.card.CardReader;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.card.driver.DrivenReaders;
import perennial.card.driver.DriverSettings;
import perennial.card.pcsc.PcscReaders;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.Pkcs15Card;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VpcdReader;

/// Cards and tokens by the token libraries of Debian: OpenSC, SoftHSM.
class TokenLibrariesTest {
    private static final String PIN = "135790";
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path folder;

    private final AtomicInteger issued = new AtomicInteger();

    @Test
    void a_piv_card_is_spoken_to_directly_and_through_opensc_if_its_holder_says_so()
            throws Exception {
        try (VirtualCard card = newCard();
                PcscDaemon daemon = PcscDaemon.start(folder);
                VpcdReader slot = new VpcdReader(daemon.vpcd(0))) {
            PublicKey key = card.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.RSA_2048);
            Certificate certificate = certificate(key);
            card.install(KeySlot.DIGITAL_SIGNATURE, certificate);
            slot.insert(card);
            try (DrivenReaders readers = readers(Map.of())) {
                Eventually.holds("the card is there", () -> first(readers).cardPresent());
                assertEquals(2, readers.list().size(), "OpenSC's tokens are in their readers");
                try (CardSession session = first(readers).open()) {
                    assertTrue(session.abilities().driver().startsWith("PIV"));
                }
            }
            try (DrivenReaders readers = readers(Map.of(PcscDaemon.reader(0), "OpenSC"));
                    CardSession session = first(readers).open()) {
                assertEquals(
                        Optional.of(certificate), session.certificate(KeySlot.DIGITAL_SIGNATURE));
                assertEquals(3, session.triesLeft());
                verify(session);
                CardAbilities abilities = session.abilities();
                assertEquals(CardAbilities.Kind.SIGN_ONLY, abilities.kind(), abilities::toString);
                assertNotEquals(0, session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE).length);
                CardException refused =
                        assertThrows(
                                CardException.class,
                                () -> session.write(KeySlot.DIGITAL_SIGNATURE, certificate(key)));
                assertEquals(Problem.CARD_NOT_WRITABLE, refused.problem());
                assertEquals(
                        Optional.of(certificate), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            }
            try (DrivenReaders readers = readers(Map.of());
                    CardSession session = first(readers).open()) {
                assertTrue(session.abilities().driver().startsWith("PIV"));
            }
        }
    }

    @Test
    void opensc_renews_and_replaces_keys_on_a_pkcs15_card_with_the_ordinary_pin() throws Exception {
        Pkcs15Card card =
                Pkcs15Card.create(
                        new Personalisation(
                                new CardNumber("0088000000000015"),
                                PIN.toCharArray(),
                                "24681357".toCharArray()),
                        new SecureRandom());
        OpenSc tools = new OpenSc(folder, PIN);
        try (PcscDaemon daemon = PcscDaemon.start(folder);
                VpcdReader slot = new VpcdReader(daemon.vpcd(0));
                DrivenReaders readers = readers(Map.of())) {
            slot.insert(card);
            Eventually.holds("the card is there", () -> first(readers).cardPresent());
            Certificate old = handedOut(tools);
            try (CardSession session = first(readers).open()) {
                assertEquals(Optional.of(old), session.certificate(KeySlot.DIGITAL_SIGNATURE));
                verify(session);
                CardAbilities abilities = session.abilities();
                assertEquals(
                        CardAbilities.Kind.RE_KEY_WITH_PIN, abilities.kind(), abilities::toString);
                Certificate sameKey = certificate(old.publicKey());
                session.write(KeySlot.DIGITAL_SIGNATURE, sameKey);
                assertEquals(Optional.of(sameKey), session.certificate(KeySlot.DIGITAL_SIGNATURE));
                session.writeNote(MESSAGE);
                assertArrayEquals(MESSAGE, session.note().orElseThrow());
                session.eraseNote();
                var replacement = session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.BESIDE);
                PublicKey key = replacement.generate(KeyAlgorithm.RSA_2048);
                Certificate fresh = certificate(key);
                replacement.install(fresh);
                replacement.retire(sameKey);
                assertEquals(Optional.of(fresh), session.certificate(KeySlot.DIGITAL_SIGNATURE));
                assertFalse(replacement.holds(old.publicKey()));
                assertNotEquals(0, session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE).length);
            }
            String left = tools.act("--list-objects", "--type", "cert");
            assertEquals(1, Pattern.compile("Certificate Object").matcher(left).results().count());
        }
    }

    /// A key with a certificate, put on the card by OpenSC's own tools.
    private Certificate handedOut(OpenSc tools) throws Exception {
        tools.act(
                "--keypairgen",
                "--key-type",
                "rsa:2048",
                "--id",
                "45",
                "--label",
                "SIGN",
                "--usage-sign");
        tools.look("--read-object", "--type", "pubkey", "--id", "45", "--output-file", "key");
        PublicKey key =
                KeyFactory.getInstance("RSA")
                        .generatePublic(new X509EncodedKeySpec(tools.file("key")));
        Certificate certificate = certificate(key);
        Files.write(folder.resolve("old.cer"), certificate.der());
        tools.act("--write-object", "old.cer", "--type", "cert", "--id", "45", "--label", "SIGN");
        return certificate;
    }

    @Test
    void a_token_of_softhsm_is_renewed_and_signs_with_the_new_certificate() throws Exception {
        Path library = softHsm();
        Path home = folder.resolve("demo");
        try (LauncherProcess demo =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--keep",
                        home.toString(),
                        "--port",
                        "0",
                        "--agent-port",
                        "0")) {
            String portal = demo.await(Pattern.compile("(http://localhost:\\d+)/renewal"));
            putOnToken(library, home);
            Path pin = Files.writeString(folder.resolve("pin"), PIN);
            LauncherProcess renew =
                    LauncherProcess.start(
                            Map.of("SOFTHSM2_CONF", softHsmSettings().toString()),
                            "renew",
                            "--pkcs11",
                            library.toString(),
                            "--home",
                            folder.resolve("agent").toString(),
                            "--ra",
                            portal,
                            "--trust",
                            home.resolve("root.pem").toString(),
                            "--pin-file",
                            pin.toString());
            assertEquals(0, renew.exitCode(), renew.output());
        }
        token(library, "--read-object", "--type", "cert", "--id", "01", "-o", "renewed.der");
        assertNotEquals(
                Files.readString(folder.resolve("soft.pem")),
                Shell.run(folder, "openssl", "x509", "-inform", "DER", "-in", "renewed.der"));
        String listed = token(library, "--list-objects", "--type", "cert");
        assertEquals(1, Pattern.compile("Certificate Object").matcher(listed).results().count());
        Files.write(folder.resolve("message"), MESSAGE);
        token(
                library,
                "--sign",
                "--mechanism",
                "SHA256-RSA-PKCS",
                "--id",
                "01",
                "-i",
                "message",
                "-o",
                "signature");
        Shell.run(
                folder,
                "openssl",
                "x509",
                "-inform",
                "DER",
                "-in",
                "renewed.der",
                "-noout",
                "-pubkey",
                "-out",
                "renewed.pub");
        String said =
                Shell.run(
                        folder,
                        "openssl",
                        "dgst",
                        "-sha256",
                        "-verify",
                        "renewed.pub",
                        "-signature",
                        "signature",
                        "message");
        assertTrue(said.contains("Verified OK"), said);
    }

    /// A key with a certificate of the demo's authority, as an office would hand it out.
    private void putOnToken(Path library, Path home) throws Exception {
        Files.createDirectories(folder.resolve("tokens"));
        Files.writeString(
                softHsmSettings(),
                "directories.tokendir = %s%nlog.level = ERROR%n"
                        .formatted(folder.resolve("tokens")));
        Shell.run(folder, "openssl", "genrsa", "-out", "soft.key", "2048");
        Shell.run(
                folder,
                "openssl",
                "req",
                "-new",
                "-key",
                "soft.key",
                "-subj",
                "/C=TW/O=Test/CN=token",
                "-out",
                "soft.csr");
        LauncherProcess issue =
                LauncherProcess.start(
                        Map.of(),
                        "ca",
                        "issue",
                        "--csr",
                        folder.resolve("soft.csr").toString(),
                        "--home",
                        home.toString(),
                        "--out",
                        folder.resolve("soft.pem").toString());
        assertEquals(0, issue.exitCode(), issue.output());
        Shell.run(
                folder,
                "openssl",
                "x509",
                "-in",
                "soft.pem",
                "-outform",
                "DER",
                "-out",
                "soft.der");
        softHsmTool("--init-token", "--free", "--label", "holder", "--so-pin", "87654321");
        softHsmTool("--import", "soft.key", "--token", "holder", "--label", "SIGN", "--id", "01");
        token(
                library,
                "--write-object",
                "soft.der",
                "--type",
                "cert",
                "--id",
                "01",
                "--label",
                "SIGN");
    }

    private void softHsmTool(String... arguments) throws Exception {
        run(List.of("softhsm2-util", "--pin", PIN), arguments);
    }

    private String token(Path library, String... arguments) throws Exception {
        return run(
                List.of("pkcs11-tool", "--module", library.toString(), "--login", "--pin", PIN),
                arguments);
    }

    private String run(List<String> program, String... arguments) throws Exception {
        String settings = "SOFTHSM2_CONF=" + softHsmSettings();
        return Shell.run(
                folder,
                Stream.of(Stream.of("env", settings), program.stream(), Stream.of(arguments))
                        .flatMap(words -> words)
                        .toArray(String[]::new));
    }

    private Path softHsmSettings() {
        return folder.resolve("softhsm2.conf");
    }

    private static Path softHsm() throws IOException {
        return library("libsofthsm2.so", "softhsm2");
    }

    private DrivenReaders readers(Map<String, String> chosen) throws IOException {
        Pkcs11Module openSc =
                new Pkcs11Module("OpenSC", Path.of(OpenSc.module()), openScSettings());
        return new DrivenReaders(
                PcscReaders.ofThisComputer(),
                new DriverSettings(List.of(openSc), chosen),
                PATIENCE,
                new SecureRandom());
    }

    /// As [OpenSc] has them, where the test uses it.
    private Map<String, String> openScSettings() {
        return Map.of("OPENSC_CONF", folder.resolve("opensc.conf").toString());
    }

    private static Path library(String name, String debianPackage) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("/usr/lib"), 3)) {
            return files.filter(file -> file.endsWith(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new AssertionError(
                                    "this test needs Debian's package " + debianPackage));
        }
    }

    private static CardReader first(DrivenReaders readers) {
        return readers.list().getFirst();
    }

    private static void verify(CardSession session) {
        try (Pin pin = Pin.of(PIN.toCharArray())) {
            assertEquals(new PinOutcome.Verified(), session.verify(pin));
        }
    }

    private static VirtualCard newCard() {
        Personalisation personalisation =
                new Personalisation(
                        new CardNumber("0088000000000012"),
                        PIN.toCharArray(),
                        "24681357".toCharArray());
        return VirtualCard.create(personalisation, new SecureRandom());
    }

    private Certificate certificate(PublicKey key) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair authority = generator.generateKeyPair();
        int number = issued.incrementAndGet();
        Instant from = Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofDays(number));
        X509v3CertificateBuilder builder =
                new X509v3CertificateBuilder(
                        new X500Name("CN=Test Authority"),
                        BigInteger.valueOf(number),
                        Date.from(from),
                        Date.from(from.plus(Duration.ofDays(3650))),
                        new X500Name("CN=Holder"),
                        SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        builder.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
        return Certificate.ofDer(
                builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(authority.getPrivate()))
                        .getEncoded());
    }
}
