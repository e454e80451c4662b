// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Cards.RIGHT;
import static perennial.virtualcard.Cards.copy;
import static perennial.virtualcard.Cards.open;
import static perennial.virtualcard.Cards.verify;

import com.yubico.yubikit.core.keys.PublicKeyValues;
import com.yubico.yubikit.piv.KeyType;
import com.yubico.yubikit.piv.PinPolicy;
import com.yubico.yubikit.piv.PivSession;
import com.yubico.yubikit.piv.Slot;
import com.yubico.yubikit.piv.TouchPolicy;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.card.CardAbilities;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.ReKeyWay;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// Another key for a slot, as a session gives it, and what the vendor's client then finds.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyReplacementTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private byte[] snapshot = new byte[0];

    @BeforeAll
    void make_a_card() {
        snapshot = made(ProductGeneration.WITH_MOVE).snapshot();
    }

    @Test
    void a_card_says_what_it_can_do() {
        assertEquals(
                abilities("SP 800-73-4", Set.of(ReKeyWay.IN_PLACE), 0),
                abilities(made(ProductGeneration.STANDARD)));
        CardAbilities told = abilities(made(ProductGeneration.WITH_METADATA));
        assertTrue(told.product().startsWith("firmware 5.4.3, serial number "), told.product());
        assertEquals(Set.of(ReKeyWay.IN_PLACE), told.reKeyWays());
        assertEquals(
                Set.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.P_256, KeyAlgorithm.P_384),
                told.newKeys());
        CardAbilities moving = abilities(copy(snapshot));
        assertEquals(Set.of(ReKeyWay.values()), moving.reKeyWays());
        assertEquals(Set.of(KeyAlgorithm.values()), moving.newKeys());
        assertEquals(20, moving.freeContainers());
        assertEquals(CardAbilities.Kind.RE_KEY_WITH_PIN, moving.kind());
    }

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    void a_signature_key_is_replaced_beside_the_old_one_which_works_until_it_is_retired(
            KeyAlgorithm algorithm) throws Exception {
        VirtualCard card = copy(snapshot);
        PublicKey key;
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            Certificate old = certificate(session, KeySlot.DIGITAL_SIGNATURE);
            KeyReplacement replacement = beside(session, KeySlot.DIGITAL_SIGNATURE);
            assertEquals(Optional.empty(), replacement.generated());
            key = replacement.generate(algorithm);
            assertEquals(Optional.of(key), replacement.generated());
            session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE);
            replacement.signer(key).sign(MESSAGE);
            Certificate fresh = Cards.AUTHORITY.certify(key);
            replacement.install(fresh);
            assertEquals(Optional.of(fresh), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            replacement.oldSigner(old).sign(MESSAGE);
            replacement.retire(old);
            assertProblem(Problem.KEY_NOT_REPLACEABLE, () -> replacement.oldSigner(old));
            replacement.signer(key).sign(MESSAGE);
            assertEquals(20, session.abilities().freeContainers());
        }
        try (VendorClient client = new VendorClient(card)) {
            var metadata = client.session().getSlotMetadata(Slot.SIGNATURE);
            assertEquals(key, metadata.getPublicKeyValues().toPublicKey());
            assertEquals(PinPolicy.ALWAYS, metadata.getPinPolicy());
        }
    }

    @Test
    void an_old_key_that_deciphers_is_kept_where_every_program_looks_for_it() throws Exception {
        VirtualCard card = copy(snapshot);
        KeyPair sender = ecKeyPair();
        byte[] point = point(sender);
        byte[] secret;
        Certificate[] certificates = new Certificate[3];
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            secret = session.decipherer(KeySlot.KEY_MANAGEMENT).decipher(point);
            certificates[0] = certificate(session, KeySlot.KEY_MANAGEMENT);
            certificates[1] = reKey(session, KeySlot.KEY_MANAGEMENT, certificates[0]);
            certificates[2] = reKey(session, KeySlot.KEY_MANAGEMENT, certificates[1]);
            assertEquals(18, session.abilities().freeContainers());
        }
        try (VendorClient client = new VendorClient(card)) {
            PivSession piv = client.session();
            piv.verifyPin(RIGHT.toCharArray());
            assertEquals(
                    List.of(certificates[0].x509(), certificates[1].x509(), certificates[2].x509()),
                    List.of(
                            piv.getCertificate(Slot.RETIRED1),
                            piv.getCertificate(Slot.RETIRED2),
                            piv.getCertificate(Slot.KEY_MANAGEMENT)));
            PublicKeyValues other = PublicKeyValues.fromPublicKey(sender.getPublic());
            assertArrayEquals(secret, piv.calculateSecret(Slot.RETIRED1, other));
            assertArrayEquals(
                    new byte[] {(byte) 0xC1, 1, 2, (byte) 0xC2, 1, 0, (byte) 0xFE, 0},
                    piv.getObject(0x5FC10C));
        }
    }

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    void a_new_key_that_deciphers_is_proven_by_deciphering(KeyAlgorithm algorithm) {
        VirtualCard card = copy(snapshot);
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            Certificate old = certificate(session, KeySlot.KEY_MANAGEMENT);
            KeyReplacement replacement = beside(session, KeySlot.KEY_MANAGEMENT);
            Certificate fresh = Cards.AUTHORITY.certify(replacement.generate(algorithm));
            replacement.install(fresh);
            replacement.retire(old);
            assertEquals(Optional.of(fresh), session.certificate(KeySlot.KEY_MANAGEMENT));
        }
    }

    @Test
    void a_key_with_a_stricter_rule_than_its_slots_is_used_and_hands_the_rule_on()
            throws Exception {
        VirtualCard card = copy(snapshot);
        try (VendorClient client = new VendorClient(card)) {
            PivSession piv = client.authenticated();
            PublicKey key =
                    piv.generateKey(
                                    Slot.AUTHENTICATION,
                                    KeyType.ECCP256,
                                    PinPolicy.ALWAYS,
                                    TouchPolicy.DEFAULT)
                            .toPublicKey();
            piv.putCertificate(Slot.AUTHENTICATION, Cards.AUTHORITY.certify(key).x509());
        }
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            session.signer(KeySlot.AUTHENTICATION).sign(MESSAGE);
            session.signer(KeySlot.AUTHENTICATION).sign(MESSAGE);
            reKey(session, KeySlot.AUTHENTICATION, certificate(session, KeySlot.AUTHENTICATION));
        }
        try (VendorClient client = new VendorClient(card)) {
            assertEquals(
                    PinPolicy.ALWAYS,
                    client.session().getSlotMetadata(Slot.AUTHENTICATION).getPinPolicy());
        }
    }

    @ParameterizedTest
    @EnumSource(ProductGeneration.class)
    void a_key_in_place_takes_the_slot_at_once(ProductGeneration generation) {
        VirtualCard card = made(generation);
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            Certificate old = certificate(session, KeySlot.DIGITAL_SIGNATURE);
            KeyReplacement replacement =
                    session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.IN_PLACE);
            assertTrue(replacement.holds(old.publicKey()));
            PublicKey key = replacement.generate(KeyAlgorithm.RSA_2048);
            assertEquals(
                    generation == ProductGeneration.STANDARD ? Optional.empty() : Optional.of(key),
                    replacement.generated());
            assertTrue(replacement.holds(key));
            assertFalse(replacement.holds(old.publicKey()));
            assertProblem(Problem.KEY_NOT_REPLACEABLE, () -> replacement.oldSigner(old));
            Certificate fresh = Cards.AUTHORITY.certify(key);
            replacement.install(fresh);
            replacement.retire(old);
            assertEquals(Optional.of(fresh), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE);
        }
    }

    @Test
    void what_a_card_cannot_do_is_refused_before_anything_is_changed() {
        VirtualCard standard = made(ProductGeneration.STANDARD);
        byte[] before = standard.snapshot();
        try (CardSession session = open(standard)) {
            verify(session, RIGHT);
            assertProblem(
                    Problem.KEY_NOT_REPLACEABLE,
                    () -> session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.BESIDE));
            assertProblem(
                    Problem.KEY_NOT_REPLACEABLE,
                    () -> session.replacement(KeySlot.KEY_MANAGEMENT, ReKeyWay.IN_PLACE));
            KeyReplacement inPlace =
                    session.replacement(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.IN_PLACE);
            assertProblem(
                    Problem.KEY_NOT_REPLACEABLE, () -> inPlace.generate(KeyAlgorithm.RSA_3072));
            PublicKey foreign = foreignKey();
            assertProblem(
                    Problem.CARD_ANSWER_INVALID,
                    () -> inPlace.install(Cards.AUTHORITY.certify(foreign)));
        }
        assertArrayEquals(before, standard.snapshot());
    }

    @Test
    void a_key_made_twice_stays_in_its_container_and_an_abandoned_one_leaves_nothing() {
        VirtualCard card = copy(snapshot);
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            KeyReplacement replacement = beside(session, KeySlot.DIGITAL_SIGNATURE);
            PublicKey first = replacement.generate(KeyAlgorithm.P_256);
            PublicKey second = replacement.generate(KeyAlgorithm.P_256);
            assertNotEquals(first, second);
            assertFalse(replacement.holds(first));
            assertTrue(replacement.holds(second));
            replacement.abandon();
            replacement.abandon();
            assertFalse(replacement.holds(second));
            assertEquals(20, session.abilities().freeContainers());
            session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE);
        }
        assertArrayEquals(snapshot, card.snapshot());
    }

    @Test
    void a_certified_key_of_another_program_is_never_overwritten() throws Exception {
        VirtualCard card = copy(snapshot);
        PublicKey waiting;
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            waiting = beside(session, KeySlot.DIGITAL_SIGNATURE).generate(KeyAlgorithm.P_256);
        }
        try (VendorClient client = new VendorClient(card)) {
            client.authenticated()
                    .putCertificate(Slot.RETIRED2, Cards.AUTHORITY.certify(waiting).x509());
        }
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            KeyReplacement replacement = beside(session, KeySlot.DIGITAL_SIGNATURE);
            assertNotEquals(waiting, replacement.generate(KeyAlgorithm.P_256));
        }
        try (VendorClient client = new VendorClient(card)) {
            var metadata = client.session().getSlotMetadata(Slot.RETIRED2);
            assertEquals(waiting, metadata.getPublicKeyValues().toPublicKey());
        }
    }

    @Test
    void a_card_without_room_is_full_and_says_so_before() throws Exception {
        VirtualCard card = copy(snapshot);
        try (VendorClient client = new VendorClient(card)) {
            PivSession piv = client.authenticated();
            for (Slot slot : Slot.values()) {
                if (slot.value >= 0x82 && slot.value <= 0x94) {
                    piv.generateKey(slot, KeyType.ECCP256, PinPolicy.DEFAULT, TouchPolicy.DEFAULT);
                }
            }
        }
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            assertEquals(1, session.abilities().freeContainers());
            assertEquals(Set.of(ReKeyWay.IN_PLACE), session.abilities().reKeyWays());
            KeyReplacement replacement = beside(session, KeySlot.DIGITAL_SIGNATURE);
            assertProblem(Problem.CARD_FULL, () -> replacement.generate(KeyAlgorithm.P_256));
        }
    }

    @Test
    void two_slots_under_way_at_once_do_not_meet() {
        VirtualCard card = copy(snapshot);
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            Certificate signature = certificate(session, KeySlot.DIGITAL_SIGNATURE);
            Certificate encryption = certificate(session, KeySlot.KEY_MANAGEMENT);
            KeyReplacement one = beside(session, KeySlot.DIGITAL_SIGNATURE);
            KeyReplacement other = beside(session, KeySlot.KEY_MANAGEMENT);
            Certificate first = Cards.AUTHORITY.certify(one.generate(KeyAlgorithm.P_256));
            Certificate second = Cards.AUTHORITY.certify(other.generate(KeyAlgorithm.P_256));
            other.install(second);
            one.install(first);
            one.retire(signature);
            other.retire(encryption);
            assertEquals(Optional.of(first), session.certificate(KeySlot.DIGITAL_SIGNATURE));
            assertEquals(Optional.of(second), session.certificate(KeySlot.KEY_MANAGEMENT));
            session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE);
            assertEquals(19, session.abilities().freeContainers());
        }
    }

    @Test
    void nothing_is_retired_before_the_new_key_has_the_slot() {
        VirtualCard card = copy(snapshot);
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            Certificate old = certificate(session, KeySlot.DIGITAL_SIGNATURE);
            KeyReplacement replacement = beside(session, KeySlot.DIGITAL_SIGNATURE);
            replacement.retire(old);
            PublicKey key = replacement.generate(KeyAlgorithm.P_256);
            assertProblem(Problem.KEY_NOT_REPLACEABLE, () -> replacement.retire(old));
            Certificate stranger = Cards.AUTHORITY.certify(foreignKey());
            assertProblem(Problem.KEY_NOT_REPLACEABLE, () -> replacement.install(stranger));
            session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE);
            assertTrue(replacement.holds(key));
        }
    }

    private static Certificate reKey(CardSession session, KeySlot slot, Certificate old) {
        KeyReplacement replacement = beside(session, slot);
        Certificate fresh = Cards.AUTHORITY.certify(replacement.generate(KeyAlgorithm.P_256));
        replacement.install(fresh);
        replacement.retire(old);
        return fresh;
    }

    private static VirtualCard made(ProductGeneration generation) {
        return Cards.made(
                Cards.personalisation(generation, ManagementKey.BEHIND_PIN), KeyAlgorithm.P_256);
    }

    private static CardAbilities abilities(VirtualCard card) {
        try (CardSession session = open(card)) {
            return session.abilities();
        }
    }

    private static CardAbilities abilities(String product, Set<ReKeyWay> ways, int free) {
        Set<KeyAlgorithm> keys = Set.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.P_256);
        return new CardAbilities("PIV", product, true, ways, keys, false, free);
    }

    private static KeyReplacement beside(CardSession session, KeySlot slot) {
        return session.replacement(slot, ReKeyWay.BESIDE);
    }

    private static Certificate certificate(CardSession session, KeySlot slot) {
        return session.certificate(slot).orElseThrow();
    }

    private static PublicKey foreignKey() {
        return Cards.blank().generate(KeySlot.AUTHENTICATION, KeyAlgorithm.P_256);
    }

    private static KeyPair ecKeyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static byte[] point(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
    }

    private static void assertProblem(Problem problem, Runnable work) {
        assertEquals(problem, assertThrows(CardException.class, work::run).problem());
    }
}
