// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardAbilities;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.Signer;

/// Sessions with a token of Debian's SoftHSM 2.
class Pkcs11SessionTest {
    private static final byte[] MESSAGE = "展期".getBytes(StandardCharsets.UTF_8);
    private static final String SIGN = "SIGN";
    private static final String KEYX = "KEYX";

    @TempDir static Path directory;
    private static SoftHsm hsm;
    private HolderToken token;

    @BeforeAll
    static void start() throws Exception {
        hsm = SoftHsm.in(directory);
    }

    @AfterAll
    static void stop() {
        hsm.close();
    }

    @BeforeEach
    void empty() {
        hsm.endSessions();
        hsm.reset();
        token = new HolderToken(hsm, new TokenCertificates());
    }

    @Test
    void certificates_are_read_without_a_pin_and_say_which_slot_they_are() {
        Certificate keyx = token.put(KEYX, KeyAlgorithm.P_256, TokenCertificates.AGREEING);
        Certificate second = token.put("A", KeyAlgorithm.P_256, TokenCertificates.AUTHENTICATING);
        Certificate sign = token.put(SIGN, KeyAlgorithm.P_256, TokenCertificates.SIGNING);
        try (CardSession session = hsm.open()) {
            assertEquals(16, session.cardNumber().value().length());
            assertEquals(Optional.of(sign), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            assertEquals(Optional.of(second), session.certificate(KeySlot.AUTHENTICATION));
            assertEquals(Optional.of(keyx), session.certificate(KeySlot.KEY_MANAGEMENT));
            assertEquals(Optional.empty(), session.certificate(KeySlot.CARD_AUTHENTICATION));
        }
    }

    @Test
    void a_wrong_pin_is_an_outcome_and_a_right_one_opens_the_keys() throws Exception {
        Certificate certificate = token.put(SIGN, KeyAlgorithm.P_256, TokenCertificates.SIGNING);
        try (CardSession session = hsm.open()) {
            assertEquals(3, session.triesLeft());
            Signer signer = session.signer(KeySlot.DIGITAL_SIGNATURE);
            assertThrows(IllegalStateException.class, () -> signer.sign(MESSAGE));
            assertEquals(new PinOutcome.Wrong(2), verify(session, "654321"));
            assertEquals(2, session.triesLeft());
            assertThrows(IllegalStateException.class, () -> signer.sign(MESSAGE));
            assertEquals(new PinOutcome.Verified(), verify(session, SoftHsm.PIN));
            assertTrue(verifies(certificate, signer.sign(MESSAGE)));
        }
    }

    @Test
    void signatures_of_every_kind_of_key_are_verified_by_the_jdk_and_by_openssl() throws Exception {
        for (KeyAlgorithm algorithm :
                List.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.P_256, KeyAlgorithm.P_384)) {
            hsm.reset();
            Certificate certificate = token.put(SIGN, algorithm, TokenCertificates.SIGNING);
            try (CardSession session = hsm.openVerified()) {
                byte[] signature = session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE);
                assertTrue(verifies(certificate, signature));
                assertEquals("Verified OK", opensslVerify(certificate, signature));
            }
        }
    }

    @Test
    void digests_that_others_made_are_signed_by_every_kind_of_key() throws Exception {
        for (KeyAlgorithm algorithm :
                List.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.P_256, KeyAlgorithm.P_384)) {
            hsm.reset();
            Certificate certificate = token.put(SIGN, algorithm, TokenCertificates.SIGNING);
            try (CardSession session = hsm.openVerified()) {
                for (DigestAlgorithm digest : DigestAlgorithm.values()) {
                    byte[] signature =
                            session.digestSigner(KeySlot.DIGITAL_SIGNATURE)
                                    .signDigest(digest, digest.digest(MESSAGE));
                    Signature verifier =
                            Signature.getInstance(
                                    digest.jdkName().replace("-", "")
                                            + (algorithm == KeyAlgorithm.RSA_2048
                                                    ? "withRSA"
                                                    : "withECDSA"));
                    verifier.initVerify(certificate.publicKey());
                    verifier.update(MESSAGE);
                    assertTrue(verifier.verify(signature), algorithm + " " + digest);
                }
            }
        }
    }

    @Test
    void a_key_that_asks_before_every_use_is_asked_for_every_signature() throws Exception {
        Certificate certificate =
                token.put(
                        SIGN,
                        KeyAlgorithm.P_256,
                        TokenCertificates.SIGNING,
                        List.of(Attribute.of(Ck.CKA_ALWAYS_AUTHENTICATE, true)));
        try (CardSession session = hsm.openVerified()) {
            Signer signer = session.signer(KeySlot.DIGITAL_SIGNATURE);
            assertTrue(verifies(certificate, signer.sign(MESSAGE)));
            assertTrue(verifies(certificate, signer.sign(MESSAGE)));
        }
    }

    @Test
    void an_rsa_cryptogram_comes_back_with_its_padding() throws Exception {
        Certificate certificate =
                token.put(KEYX, KeyAlgorithm.RSA_2048, TokenCertificates.ENCIPHERING);
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, certificate.publicKey());
        byte[] cryptogram = cipher.doFinal(MESSAGE);
        try (CardSession session = hsm.openVerified()) {
            byte[] block = session.decipherer(KeySlot.KEY_MANAGEMENT).decipher(cryptogram);
            assertEquals(256, block.length);
            assertEquals(2, block[1]);
            assertArrayEquals(
                    MESSAGE, Arrays.copyOfRange(block, block.length - MESSAGE.length, 256));
        }
    }

    @Test
    void an_agreement_gives_the_shared_x_coordinate() throws Exception {
        Certificate certificate = token.put(KEYX, KeyAlgorithm.P_256, TokenCertificates.AGREEING);
        KeyPair other = TokenCertificates.pair("EC", 256);
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(other.getPrivate());
        agreement.doPhase(certificate.publicKey(), true);
        try (CardSession session = hsm.openVerified()) {
            assertArrayEquals(
                    agreement.generateSecret(),
                    session.decipherer(KeySlot.KEY_MANAGEMENT)
                            .decipher(TokenKeys.point((ECPublicKey) other.getPublic())));
        }
    }

    @Test
    void a_written_certificate_takes_the_place_of_the_old_one() {
        Certificate old = token.put(SIGN, KeyAlgorithm.P_256, TokenCertificates.SIGNING);
        Certificate fresh = token.authority().issue(old.publicKey(), TokenCertificates.SIGNING);
        try (CardSession session = hsm.openVerified()) {
            session.write(KeySlot.DIGITAL_SIGNATURE, fresh);
            assertEquals(Optional.of(fresh), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            session.write(KeySlot.DIGITAL_SIGNATURE, old);
            assertEquals(Optional.of(old), session.certificate(KeySlot.DIGITAL_SIGNATURE));
        }
    }

    @Test
    void a_certificate_of_no_key_of_the_token_is_not_written() {
        Certificate old = token.put(SIGN, KeyAlgorithm.P_256, TokenCertificates.SIGNING);
        Certificate foreign =
                token.authority()
                        .issue(
                                TokenCertificates.pair("EC", 256).getPublic(),
                                TokenCertificates.SIGNING);
        try (CardSession session = hsm.openVerified()) {
            CardException refused =
                    assertThrows(
                            CardException.class,
                            () -> session.write(KeySlot.DIGITAL_SIGNATURE, foreign));
            assertEquals(Problem.CARD_NOT_WRITABLE, refused.problem());
            assertEquals(Optional.of(old), session.certificate(KeySlot.DIGITAL_SIGNATURE));
        }
    }

    @Test
    void a_token_that_its_holder_writes_says_so_and_is_not_changed_by_the_question() {
        token.put(SIGN, KeyAlgorithm.P_256, TokenCertificates.SIGNING);
        try (CardSession session = hsm.openVerified()) {
            CardAbilities abilities = session.abilities();
            assertEquals("PKCS #11 SoftHSM v2", abilities.driver());
            assertTrue(abilities.writesCertificates());
            assertFalse(abilities.secondSecret());
            assertEquals(Set.of(ReKeyWay.BESIDE, ReKeyWay.IN_PLACE), abilities.reKeyWays());
            assertEquals(Set.of(KeyAlgorithm.values()), abilities.newKeys());
            assertEquals(CardAbilities.Kind.RE_KEY_WITH_PIN, abilities.kind());
        }
        try (CardSession session = hsm.open()) {
            assertEquals(CardAbilities.Kind.RE_KEY_WITH_PIN, session.abilities().kind());
        }
        long session = hsm.library().call(new Call.OpenSession(hsm.slot(), false)).value();
        assertEquals(
                1,
                hsm.library()
                        .call(
                                new Call.FindObjects(
                                        session,
                                        List.of(Attribute.of(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE))))
                        .values()
                        .size());
    }

    @Test
    void a_new_key_beside_takes_the_slot_when_its_certificate_is_there() throws Exception {
        for (int usage : List.of(TokenCertificates.SIGNING, TokenCertificates.ENCIPHERING)) {
            hsm.reset();
            KeySlot slot =
                    usage == TokenCertificates.SIGNING
                            ? KeySlot.DIGITAL_SIGNATURE
                            : KeySlot.KEY_MANAGEMENT;
            Certificate old = token.put(SIGN, KeyAlgorithm.RSA_2048, usage);
            try (CardSession session = hsm.openVerified()) {
                var replacement = session.replacement(slot, ReKeyWay.BESIDE);
                assertEquals(Optional.empty(), replacement.generated());
                var key = replacement.generate(KeyAlgorithm.RSA_2048);
                assertEquals(Optional.of(key), replacement.generated());
                assertEquals(Optional.of(old), session.certificate(slot));
                Certificate fresh = token.authority().issue(key, usage);
                replacement.install(fresh);
                assertEquals(Optional.of(fresh), session.certificate(slot));
                assertEquals(Optional.of(key), replacement.generated());
                replacement.retire(old);
                assertEquals(Optional.of(fresh), session.certificate(slot));
                assertEquals(
                        usage == TokenCertificates.ENCIPHERING, replacement.holds(old.publicKey()));
            }
        }
    }

    @Test
    void a_new_key_in_place_ends_the_old_one() throws Exception {
        Certificate old = token.put(SIGN, KeyAlgorithm.P_256, TokenCertificates.SIGNING);
        try (CardSession session = hsm.openVerified()) {
            var replacement = session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.IN_PLACE);
            var key = replacement.generate(KeyAlgorithm.P_384);
            assertEquals(Optional.of(key), replacement.generated());
            assertFalse(replacement.holds(old.publicKey()));
            assertEquals(Optional.of(old), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            Certificate fresh = token.authority().issue(key, TokenCertificates.SIGNING);
            replacement.install(fresh);
            replacement.retire(old);
            assertEquals(Optional.of(fresh), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            assertTrue(verifies(fresh, session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE)));
        }
    }

    @Test
    void a_key_that_deciphers_is_not_replaced_in_place() {
        token.put(KEYX, KeyAlgorithm.P_256, TokenCertificates.AGREEING);
        try (CardSession session = hsm.openVerified()) {
            CardException refused =
                    assertThrows(
                            CardException.class,
                            () -> session.replacement(KeySlot.KEY_MANAGEMENT, ReKeyWay.IN_PLACE));
            assertEquals(Problem.KEY_NOT_REPLACEABLE, refused.problem());
        }
    }

    @Test
    void an_abandoned_key_leaves_nothing_behind() {
        Certificate old = token.put(SIGN, KeyAlgorithm.P_256, TokenCertificates.SIGNING);
        try (CardSession session = hsm.openVerified()) {
            var replacement = session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.BESIDE);
            var key = replacement.generate(KeyAlgorithm.P_256);
            assertTrue(replacement.holds(key));
            replacement.abandon();
            assertFalse(replacement.holds(key));
            assertEquals(Optional.empty(), replacement.generated());
            assertTrue(replacement.holds(old.publicKey()));
        }
    }

    @Test
    void a_note_is_there_for_the_next_session_and_behind_the_pin() {
        byte[] note = new byte[CardSession.MAX_NOTE];
        Arrays.fill(note, (byte) 7);
        try (CardSession session = hsm.openVerified()) {
            assertTrue(session.note().isEmpty());
            session.writeNote(new byte[] {1});
            session.writeNote(note);
        }
        try (CardSession session = hsm.open()) {
            assertThrows(IllegalStateException.class, session::note);
            assertArrayEquals(note, SoftHsm.verified(session).note().orElseThrow());
            session.eraseNote();
            assertTrue(session.note().isEmpty());
        }
    }

    @Test
    void a_changed_pin_is_the_one_that_counts() {
        try (CardSession session = hsm.open();
                Pin wrong = Pin.of("000000".toCharArray());
                Pin current = Pin.of(SoftHsm.PIN.toCharArray());
                Pin next = Pin.of("2468135".toCharArray())) {
            assertEquals(new PinOutcome.Wrong(2), session.changePin(wrong, next));
            assertEquals(new PinOutcome.Verified(), session.changePin(current, next));
            assertEquals(new PinOutcome.Wrong(2), session.verify(current));
            assertEquals(new PinOutcome.Verified(), session.verify(next));
        }
    }

    @Test
    void the_security_officers_pin_unblocks() {
        try (CardSession session = hsm.open();
                Pin wrong = Pin.of("000000".toCharArray());
                Pin puk = Pin.of(SoftHsm.SO_PIN.toCharArray());
                Pin next = Pin.of("2468135".toCharArray())) {
            assertEquals(Optional.empty(), session.pukTriesLeft());
            assertEquals(new PinOutcome.Wrong(2), session.unblock(wrong, next));
            assertEquals(Optional.of(2), session.pukTriesLeft());
            assertEquals(new PinOutcome.Verified(), session.unblock(puk, next));
            assertEquals(new PinOutcome.Verified(), session.verify(next));
        }
    }

    @Test
    void a_wrong_second_secret_leaves_the_holder_logged_in() {
        token.put(SIGN, KeyAlgorithm.P_256, TokenCertificates.SIGNING);
        try (CardSession session = hsm.openVerified()) {
            CardException refused =
                    assertThrows(
                            CardException.class,
                            () -> session.presentSecondSecret("11111111".toCharArray()));
            assertEquals(Problem.SECOND_SECRET_WRONG, refused.problem());
            assertFalse(session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE).length == 0);
        }
    }

    private static PinOutcome verify(CardSession session, String characters) {
        try (Pin pin = Pin.of(characters.toCharArray())) {
            return session.verify(pin);
        }
    }

    private static boolean verifies(Certificate certificate, byte[] signature) throws Exception {
        String name =
                certificate.publicKey().getAlgorithm().equals("RSA")
                        ? "SHA256withRSA"
                        : "SHA256withECDSA";
        Signature verifier = Signature.getInstance(name);
        verifier.initVerify(certificate.publicKey());
        verifier.update(MESSAGE);
        return verifier.verify(signature);
    }

    private static String opensslVerify(Certificate certificate, byte[] signature)
            throws Exception {
        Path key = Files.write(directory.resolve("key.der"), certificate.publicKey().getEncoded());
        Path value = Files.write(directory.resolve("signature"), signature);
        Path message = Files.write(directory.resolve("message"), MESSAGE);
        Process openssl =
                new ProcessBuilder(
                                "openssl",
                                "dgst",
                                "-sha256",
                                "-keyform",
                                "DER",
                                "-verify",
                                key.toString(),
                                "-signature",
                                value.toString(),
                                message.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return openssl.waitFor() == 0
                ? said.strip()
                : "%s %s".formatted(said, HexFormat.of().formatHex(signature));
    }
}
