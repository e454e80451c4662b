// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Cards.copy;
import static perennial.virtualcard.Cards.open;
import static perennial.virtualcard.Cards.verify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.PinOutcome;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.CommandApdu;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// The life of a card, seen through the sessions that everyone else uses.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VirtualCardTest {
    private static final byte[] MESSAGE = "展期".getBytes(StandardCharsets.UTF_8);

    private byte[] rsaCard = new byte[0];
    private byte[] ecCard = new byte[0];

    @BeforeAll
    void make_two_cards() {
        rsaCard = Cards.made(KeyAlgorithm.RSA_2048).snapshot();
        ecCard = Cards.made(KeyAlgorithm.P_256).snapshot();
    }

    @Test
    void a_session_names_the_card_and_reads_its_certificates() {
        try (CardSession session = open(copy(rsaCard))) {
            assertEquals(Cards.NUMBER, session.cardNumber());
            assertTrue(session.certificate(KeySlot.DIGITAL_SIGNATURE).isPresent());
            assertTrue(session.certificate(KeySlot.KEY_MANAGEMENT).isPresent());
            assertEquals(Optional.empty(), session.certificate(KeySlot.AUTHENTICATION));
        }
    }

    @Test
    void a_wrong_pin_costs_one_try_and_a_right_one_gives_them_back() {
        try (CardSession session = open(copy(ecCard))) {
            assertEquals(3, session.triesLeft());
            assertEquals(new PinOutcome.Wrong(2), verify(session, "000000"));
            assertEquals(2, session.triesLeft());
            assertEquals(new PinOutcome.Verified(), verify(session, "123456"));
        }
        VirtualCard card = copy(ecCard);
        try (CardSession session = open(card)) {
            assertEquals(3, session.triesLeft());
        }
    }

    @Test
    void three_wrong_pins_block_the_card_until_the_puk_unblocks_it() {
        VirtualCard card = copy(ecCard);
        try (CardSession session = open(card)) {
            assertEquals(new PinOutcome.Wrong(2), verify(session, "000000"));
            assertEquals(new PinOutcome.Wrong(1), verify(session, "000000"));
            assertEquals(new PinOutcome.Blocked(), verify(session, "000000"));
            assertEquals(new PinOutcome.Blocked(), verify(session, "123456"));
            assertEquals(0, session.triesLeft());
        }
        assertEquals(0x63C2, pair(card, 0x2C, 0x80, "00000000", "654321"));
        assertEquals(0x9000, pair(card, 0x2C, 0x80, "87654321", "654321"));
        try (CardSession session = open(card)) {
            assertEquals(3, session.triesLeft());
            assertEquals(new PinOutcome.Verified(), verify(session, "654321"));
        }
    }

    @Test
    void pin_and_puk_are_changed_with_the_old_ones_only() {
        VirtualCard card = copy(ecCard);
        assertEquals(0x63C2, pair(card, 0x24, 0x80, "111111", "222222"));
        assertEquals(0x9000, pair(card, 0x24, 0x80, "123456", "222222"));
        assertEquals(0x9000, pair(card, 0x24, 0x81, "87654321", "11112222"));
        assertEquals(0x63C2, pair(card, 0x2C, 0x80, "87654321", "333333"));
        assertEquals(0x6A80, pair(card, 0x24, 0x80, "222222", "22"));
        try (CardSession session = open(card)) {
            assertEquals(new PinOutcome.Verified(), verify(session, "222222"));
        }
    }

    @Test
    void rsa_signatures_verify() throws GeneralSecurityException {
        assertSigns(rsaCard, "SHA256withRSA");
    }

    @Test
    void ec_signatures_verify_and_never_share_a_nonce() throws GeneralSecurityException {
        assertSigns(ecCard, "SHA256withECDSA");
        try (CardSession session = open(copy(ecCard))) {
            verify(session, "123456");
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                byte[] signature = session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE);
                assertTrue(seen.add(Arrays.hashCode(Arrays.copyOf(signature, 36))));
            }
        }
    }

    @Test
    void rsa_decipher_gives_the_padded_message_of_modulus_length() throws GeneralSecurityException {
        try (CardSession session = open(copy(rsaCard))) {
            verify(session, "123456");
            var decipherer = session.decipherer(KeySlot.KEY_MANAGEMENT);
            Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(Cipher.ENCRYPT_MODE, decipherer.publicKey());
            byte[] padded = decipherer.decipher(cipher.doFinal(MESSAGE));
            assertEquals(256, padded.length);
            assertEquals(0, padded[0]);
            assertEquals(2, padded[1]);
            assertArrayEquals(
                    MESSAGE, Arrays.copyOfRange(padded, 256 - MESSAGE.length, padded.length));
        }
    }

    @Test
    void ec_decipher_gives_the_shared_secret() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair other = generator.generateKeyPair();
        byte[] encoded = other.getPublic().getEncoded();
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
        try (CardSession session = open(copy(ecCard))) {
            verify(session, "123456");
            var decipherer = session.decipherer(KeySlot.KEY_MANAGEMENT);
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(other.getPrivate());
            agreement.doPhase((ECPublicKey) decipherer.publicKey(), true);
            assertArrayEquals(agreement.generateSecret(), decipherer.decipher(point));
            point[64] ^= 1;
            assertEquals(
                    Problem.CARD_ANSWER_INVALID,
                    assertThrows(CardException.class, () -> decipherer.decipher(point)).problem());
        }
    }

    @Test
    void without_the_pin_a_session_neither_signs_nor_writes() {
        try (CardSession session = open(copy(ecCard))) {
            var signer = session.signer(KeySlot.DIGITAL_SIGNATURE);
            Certificate fresh = Cards.AUTHORITY.certify(signer.publicKey());
            assertThrows(IllegalStateException.class, () -> signer.sign(MESSAGE));
            assertThrows(
                    IllegalStateException.class,
                    () -> session.write(KeySlot.DIGITAL_SIGNATURE, fresh));
        }
    }

    @Test
    void a_written_certificate_replaces_the_old_one() {
        VirtualCard card = copy(ecCard);
        Certificate fresh;
        try (CardSession session = open(card)) {
            verify(session, "123456");
            fresh = Cards.AUTHORITY.certify(session.signer(KeySlot.DIGITAL_SIGNATURE).publicKey());
            session.write(KeySlot.DIGITAL_SIGNATURE, fresh);
        }
        try (CardSession session = open(card)) {
            assertEquals(Optional.of(fresh), session.certificate(KeySlot.DIGITAL_SIGNATURE));
        }
    }

    @Test
    void no_two_key_pairs_are_alike() {
        Set<PublicKey> keys = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            VirtualCard card = Cards.blank();
            assertTrue(keys.add(card.generate(KeySlot.AUTHENTICATION, KeyAlgorithm.P_256)));
            assertTrue(keys.add(card.generate(KeySlot.AUTHENTICATION, KeyAlgorithm.P_256)));
            assertTrue(keys.add(card.generate(KeySlot.AUTHENTICATION, KeyAlgorithm.RSA_2048)));
        }
        assertEquals(6, keys.size());
    }

    @Test
    void a_new_card_has_its_own_management_key_and_guid() {
        assertNotEquals(
                Arrays.hashCode(Cards.blank().snapshot()),
                Arrays.hashCode(Cards.blank().snapshot()));
    }

    @Test
    void a_second_connection_is_refused_while_the_first_is_open() {
        VirtualCard card = copy(ecCard);
        try (ApduChannel _ = card.connect()) {
            assertTrue(card.inUse());
            CardException refused = assertThrows(CardException.class, card::connect);
            assertEquals(Problem.CARD_IN_USE, refused.problem());
        }
        assertFalse(card.inUse());
        card.connect().close();
    }

    private void assertSigns(byte[] snapshot, String algorithm) throws GeneralSecurityException {
        try (CardSession session = open(copy(snapshot))) {
            verify(session, "123456");
            for (KeySlot slot : new KeySlot[] {KeySlot.DIGITAL_SIGNATURE, KeySlot.KEY_MANAGEMENT}) {
                var signer = session.signer(slot);
                Signature verifier = Signature.getInstance(algorithm);
                verifier.initVerify(signer.publicKey());
                for (int i = 0; i < 2; i++) {
                    verifier.update(MESSAGE);
                    assertTrue(verifier.verify(signer.sign(MESSAGE)));
                }
            }
        }
    }

    private static int pair(VirtualCard card, int ins, int reference, String old, String fresh) {
        byte[] data = new byte[16];
        Arrays.fill(data, (byte) 0xFF);
        byte[] first = old.getBytes(StandardCharsets.US_ASCII);
        byte[] second = fresh.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(first, 0, data, 0, first.length);
        System.arraycopy(second, 0, data, 8, second.length);
        byte[] piv = {(byte) 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};
        try (ApduChannel channel = card.connect()) {
            var _ = channel.transmit(new CommandApdu(0, 0xA4, 4, 0, piv, 256));
            return channel.transmit(new CommandApdu(0, ins, 0, reference, data, 0))
                    .status()
                    .value();
        }
    }
}
