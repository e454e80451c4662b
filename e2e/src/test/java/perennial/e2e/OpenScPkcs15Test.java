// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.certificate.CardNumber;
import perennial.virtualcard.Faults.Moment;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.Pkcs15Card;
import perennial.virtualcard.VpcdReader;

/// Debian's OpenSC and OpenSSL at our PKCS #15 card, in a reader of Debian's pcscd.
class OpenScPkcs15Test {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String NUMBER = "0088123456789012";
    private static final String PIN = "123456";
    private static final String PUK = "87654321";

    @TempDir Path folder = Path.of("");

    private OpenSc tools;
    private PcscDaemon pcscd;
    private VpcdReader reader;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        tools = new OpenSc(folder, PIN);
        Files.writeString(folder.resolve("data"), "展期");
        tools.program(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-subj",
                "/CN=Test CA");
        pcscd = PcscDaemon.start(folder);
        reader = new VpcdReader(pcscd.vpcd(0));
    }

    @AfterEach
    void stop() {
        reader.close();
        pcscd.close();
    }

    @Test
    void with_the_ordinary_pin_a_second_key_takes_the_place_of_the_first() throws Exception {
        insert(card());
        String slots = tools.look("--list-slots");
        assertTrue(slots.contains("serial num         : " + NUMBER), slots);
        certified("01", "first");
        certified("02", "second");
        assertEquals("first true\nsecond true\n", seenByTheJdk());
        for (String kind : List.of("cert", "privkey", "pubkey")) {
            tools.act("--delete-object", "--type", kind, "--id", "01");
        }
        String left = tools.act("--list-objects");
        assertFalse(left.contains("first"), left);
        assertEquals("second true\n", seenByTheJdk());
        sign("02");
    }

    @Test
    void opensc_deciphers_and_keeps_a_note_behind_the_pin() throws Exception {
        insert(card());
        certified("01", "first");
        tools.program(
                "openssl",
                "pkeyutl",
                "-encrypt",
                "-pubin",
                "-inkey",
                "01.pem",
                "-in",
                "data",
                "-out",
                "enciphered");
        tools.act(
                "--decrypt",
                "--mechanism",
                "RSA-PKCS",
                "--id",
                "01",
                "--input-file",
                "enciphered",
                "--output-file",
                "deciphered");
        assertArrayEquals(tools.file("data"), tools.file("deciphered"));
        tools.act("--write-object", "data", "--type", "data", "--label", "note", "--private");
        tools.act("--read-object", "--type", "data", "--label", "note", "--output-file", "note");
        assertArrayEquals(tools.file("data"), tools.file("note"));
        String open = tools.look("--list-objects", "--type", "data");
        assertFalse(open.contains("note"), open);
    }

    @Test
    void pkcs15_init_makes_its_application_on_a_blank_card() throws Exception {
        insert(Pkcs15Card.blank(RANDOM));
        tools.program(
                "pkcs15-init",
                "--create-pkcs15",
                "--profile",
                "pkcs15+onepin",
                "--label",
                "Blank",
                "--pin",
                PIN,
                "--puk",
                "1234567890123456");
        tools.act("--keypairgen", "--key-type", "EC:prime256v1", "--id", "01", "--usage-sign");
        publicKey("01");
        tools.act(
                "--sign",
                "--mechanism",
                "ECDSA-SHA1",
                "--id",
                "01",
                "--signature-format",
                "openssl",
                "--input-file",
                "data",
                "--output-file",
                "signature");
        verify("01", "-sha1");
    }

    @Test
    void a_locked_pin_says_so_and_the_puk_opens_it() throws Exception {
        insert(card());
        OpenSc stranger = new OpenSc(folder, "000000");
        for (int i = 0; i < 3; i++) {
            stranger.refused("--list-objects");
        }
        String said = tools.refused("--list-objects");
        assertTrue(said.contains("CKR_PIN_LOCKED"), said);
        tools.program("pkcs15-tool", "--unblock-pin", "--puk", PUK, "--new-pin", PIN);
        tools.act("--list-objects");
    }

    /// Some of the commands of a key generation, early, in the middle and late; a pull and a look
    /// take seconds each.
    @Test
    void torn_out_while_opensc_makes_a_key_the_card_keeps_the_old_one() throws Exception {
        Pkcs15Card card = card();
        insert(card);
        certified("01", "first");
        int before = card.faults().transmitted();
        generate("10", "whole");
        int commands = card.faults().transmitted() - before;
        int cut = 0;
        for (int i = 1; i <= 3; i++) {
            Moment moment = i % 2 == 0 ? Moment.BEFORE : Moment.AFTER;
            card.faults().cutAt(commands * i / 4, moment);
            String id = "1" + i;
            boolean _ = tools.tried("--keypairgen", "--key-type", "rsa:2048", "--id", id);
            card.faults().disarm();
            cut = card.faults().cuts();
            Eventually.holds("OpenSC finds the card again", this::tokenSeen);
            sign("01");
            generate("2" + i, "next");
        }
        assertEquals(3, cut, () -> "cuts in " + commands + " commands");
    }

    private static Pkcs15Card card() {
        return Pkcs15Card.create(
                new Personalisation(new CardNumber(NUMBER), PIN.toCharArray(), PUK.toCharArray()),
                RANDOM);
    }

    private void insert(Pkcs15Card card) {
        reader.insert(card);
        Eventually.holds("pcscd sees the card", this::cardSeen);
    }

    private boolean cardSeen() {
        try {
            return tools.program("opensc-tool", "--list-readers").contains("Yes");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean tokenSeen() {
        try {
            return tools.seesToken();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Makes a key, has it certified, writes the certificate, reads it back, signs.
    private void certified(String id, String label) throws IOException, InterruptedException {
        generate(id, label);
        publicKey(id);
        tools.program(
                "openssl",
                "x509",
                "-new",
                "-subj",
                "/CN=" + label,
                "-force_pubkey",
                id + ".pem",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-outform",
                "DER",
                "-out",
                id + ".cer");
        tools.act("--write-object", id + ".cer", "--type", "cert", "--id", id, "--label", label);
        tools.look("--read-object", "--type", "cert", "--id", id, "--output-file", "back");
        assertArrayEquals(tools.file(id + ".cer"), tools.file("back"));
        sign(id);
    }

    private void generate(String id, String label) throws IOException, InterruptedException {
        tools.act(
                "--keypairgen",
                "--key-type",
                "rsa:2048",
                "--id",
                id,
                "--label",
                label,
                "--usage-sign",
                "--usage-decrypt");
    }

    private void publicKey(String id) throws IOException, InterruptedException {
        tools.look("--read-object", "--type", "pubkey", "--id", id, "--output-file", "key");
        tools.program(
                "openssl", "pkey", "-pubin", "-inform", "DER", "-in", "key", "-out", id + ".pem");
    }

    private void sign(String id) throws IOException, InterruptedException {
        tools.act(
                "--sign",
                "--mechanism",
                "SHA256-RSA-PKCS",
                "--id",
                id,
                "--input-file",
                "data",
                "--output-file",
                "signature");
        verify(id, "-sha256");
    }

    private void verify(String id, String hash) throws IOException, InterruptedException {
        String said =
                tools.program(
                        "openssl",
                        "dgst",
                        hash,
                        "-verify",
                        id + ".pem",
                        "-signature",
                        "signature",
                        "data");
        assertTrue(said.contains("Verified OK"), said);
    }

    private String seenByTheJdk() throws IOException, InterruptedException {
        return tools.program(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                SunPkcs11Listing.class.getName(),
                OpenSc.module());
    }
}
