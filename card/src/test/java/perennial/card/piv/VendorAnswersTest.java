// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.card.CardException;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.ChainedChannel;
import perennial.card.apdu.Transcript;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyAlgorithm;

/// What cards say of themselves and their keys: believed when it holds, refused when it does not.
class VendorAnswersTest {
    private static final String VERSION = "00 FD 00 00 00";
    private static final String METADATA = "00 F7 00 9B 00";
    private static final String SERIAL = "00 F8 00 00 00";
    private static final String MOVE_NOTHING = "00 F6 82 82";
    private static final String MANAGEMENT_KEY = "01 01 0A 02 02 00 01 05 01 00 90 00";
    private static final String UNKNOWN = "6D 00";

    @Test
    void a_card_without_a_version_is_asked_nothing_more() {
        CardProduct product = product(VERSION, UNKNOWN);
        assertEquals("SP 800-73-4", product.text());
        assertFalse(product.tellsKeys());
        assertEquals(Set.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.P_256), product.newKeys());
    }

    @Test
    void a_card_that_misses_the_management_key_for_a_move_knows_how_to_move() {
        CardProduct product =
                product(
                        VERSION,
                        "05 07 02 90 00",
                        METADATA,
                        MANAGEMENT_KEY,
                        SERIAL,
                        "00 00 00 07 90 00",
                        MOVE_NOTHING,
                        "69 82");
        assertTrue(product.movesKeys());
        assertEquals("firmware 5.7.2, serial number 7", product.text());
        assertEquals(Set.of(KeyAlgorithm.values()), product.newKeys());
    }

    @ParameterizedTest
    @CsvSource({"6D 00", "6A 81", "90 00", "6E 00", "67 00"})
    void whatever_else_a_card_says_to_a_move_it_is_not_asked_to_move(String answer) {
        CardProduct product =
                product(
                        VERSION,
                        "05 07 02 90 00",
                        METADATA,
                        MANAGEMENT_KEY,
                        SERIAL,
                        UNKNOWN,
                        MOVE_NOTHING,
                        answer);
        assertFalse(product.movesKeys());
        assertEquals("firmware 5.7.2", product.text());
    }

    @Test
    void a_made_up_version_is_not_shown_and_counts_for_nothing() {
        CardProduct product =
                product(
                        VERSION,
                        "06 06 06 90 00",
                        METADATA,
                        MANAGEMENT_KEY,
                        SERIAL,
                        "00 52 F7 43 90 00",
                        MOVE_NOTHING,
                        "6A 81");
        assertEquals("SP 800-73-4, serial number 5437251", product.text());
        assertEquals(Set.of(Quirk.MADE_UP_VERSION), product.quirks());
        assertEquals(Set.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.P_256), product.newKeys());
    }

    @ParameterizedTest
    @CsvSource({"04 02 05, true", "04 02 06, false", "04 03 04, false", "04 03 05, true"})
    void no_rsa_key_is_made_on_a_card_that_makes_weak_ones(String version, boolean rsa) {
        CardProduct product =
                product(VERSION, version + "90 00", METADATA, UNKNOWN, SERIAL, UNKNOWN);
        assertEquals(rsa, product.newKeys().contains(KeyAlgorithm.RSA_2048));
        assertTrue(product.newKeys().contains(KeyAlgorithm.P_384));
    }

    @Test
    void public_keys_are_read_back_as_they_are() throws Exception {
        for (KeyType type : KeyType.values()) {
            PublicKey key = generate(type);
            assertEquals(key, type.publicKey(template(type, key)));
        }
    }

    @Test
    void a_point_off_the_curve_and_a_key_of_another_size_are_refused() throws Exception {
        byte[] point = template(KeyType.P_256, generate(KeyType.P_256));
        byte[] off = point.clone();
        off[off.length - 1] ^= 1;
        byte[] compressed = point.clone();
        compressed[2] = 2;
        byte[] beyond = point.clone();
        Arrays.fill(beyond, 3, beyond.length, (byte) 0xFF);
        byte[] modulus = new byte[256];
        Arrays.fill(modulus, (byte) 0xFF);
        byte[] shorter = modulus.clone();
        shorter[0] = 0x7F;
        byte[] exponent = {1, 0, 1};
        assertRefused(KeyType.P_256, off, compressed, beyond, new byte[0]);
        assertRefused(KeyType.P_384, point);
        assertRefused(
                KeyType.RSA_2048,
                point,
                rsa(shorter, exponent),
                rsa(modulus, new byte[] {1}),
                rsa(modulus, new byte[0]),
                rsa(modulus, modulus),
                new BerTlv(0x81, modulus).encoded());
        assertRefused(KeyType.RSA_3072, rsa(modulus, exponent));
    }

    @Test
    void damaged_metadata_history_and_plans_are_read_or_refused_and_nothing_else()
            throws Exception {
        byte[] key = template(KeyType.P_256, generate(KeyType.P_256));
        byte[] metadata =
                BerTlv.concat(
                        new BerTlv(1, new byte[] {0x11}),
                        new BerTlv(2, new byte[] {3, 1}),
                        new BerTlv(3, new byte[] {1}),
                        new BerTlv(4, key));
        assertEquals(Optional.of(PinPolicy.ALWAYS), KeyMetadata.decode(metadata).pinPolicy());
        assertDamageHarmless(metadata, octets -> KeyMetadata.decode(octets));
        KeyHistory history = new KeyHistory(2, 1, Optional.of(new byte[] {'h'}));
        assertEquals(2, KeyHistory.decode(history.encoded()).onCard());
        assertDamageHarmless(history.encoded(), octets -> KeyHistory.decode(octets));
        ReKeyPlan plan = new ReKeyPlan(Container.retired().get(1), Container.retired().get(0));
        assertEquals(Optional.of(plan), ReKeyPlan.decode(plan.encoded()));
        assertDamageHarmless(plan.encoded(), octets -> ReKeyPlan.decode(octets));
    }

    @Test
    void a_plan_names_two_different_retired_containers_or_is_none() {
        Container one = Container.retired().getFirst();
        assertEquals(Optional.empty(), ReKeyPlan.decode(new ReKeyPlan(one, one).encoded()));
        byte[] slots = HexFormat.of().parseHex("8006810182" + "82019A" + "FE00");
        assertEquals(Optional.empty(), ReKeyPlan.decode(slots));
        assertEquals(Optional.empty(), ReKeyPlan.decode(new byte[0]));
    }

    private static void assertDamageHarmless(byte[] whole, Consumer<byte[]> reading) {
        Random random = new Random(whole.length);
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            int end = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
            try {
                reading.accept(Arrays.copyOf(damaged, end));
            } catch (CardException e) {
                assertEquals(Problem.CARD_ANSWER_INVALID, e.problem());
                refused++;
            }
        }
        assertTrue(refused > 500, "the damage does not reach the reader");
    }

    private static CardProduct product(String... conversation) {
        Transcript card = new Transcript(conversation);
        CardProduct product = CardProduct.of(new PivApplication(new ChainedChannel(card)));
        card.assertFinished();
        return product;
    }

    private static void assertRefused(KeyType type, byte[]... templates) {
        for (byte[] template : templates) {
            CardException refused =
                    assertThrows(CardException.class, () -> type.publicKey(template));
            assertEquals(Problem.CARD_ANSWER_INVALID, refused.problem());
        }
    }

    private static PublicKey generate(KeyType type) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type.isRsa() ? "RSA" : "EC");
        generator.initialize(8 * type.octets());
        return generator.generateKeyPair().getPublic();
    }

    private static byte[] template(KeyType type, PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                    rsa(rsa.getModulus().toByteArray(), rsa.getPublicExponent().toByteArray());
            case ECPublicKey ec -> new BerTlv(0x86, type.point(ec)).encoded();
            default -> throw new IllegalArgumentException(key.getAlgorithm());
        };
    }

    private static byte[] rsa(byte[] modulus, byte[] exponent) {
        return BerTlv.concat(new BerTlv(0x81, modulus), new BerTlv(0x82, exponent));
    }
}
