// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.card.CardException;
import perennial.core.advice.Problem;

class BerTlvTest {
    @Test
    void what_is_encoded_is_read_back() {
        List<BerTlv> objects =
                List.of(
                        new BerTlv(0x53, new byte[0]),
                        new BerTlv(0x7F49, new byte[0x7F]),
                        new BerTlv(0x5FC105, new byte[0x80]),
                        new BerTlv(0x70, new byte[0x100]),
                        new BerTlv(0x70, new byte[0xFFFF]));
        assertEquals(objects, BerTlv.parse(BerTlv.concat(objects.toArray(BerTlv[]::new))));
    }

    @Test
    void lengths_take_their_shortest_form() {
        assertEquals("707F", start(0x7F, 2));
        assertEquals("708180", start(0x80, 3));
        assertEquals("7081FF", start(0xFF, 3));
        assertEquals("70820100", start(0x100, 4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "53",
                "5301",
                "538180",
                "5380",
                "53840000000100",
                "53830000",
                "7F",
                "7F49",
                "7F8182",
                "7F818283",
                "7F81828301",
                "0000",
                "530011",
                "5382FF"
            })
    void what_is_no_data_object_is_refused(String hex) {
        CardException refused =
                assertThrows(CardException.class, () -> BerTlv.parse(HexFormat.of().parseHex(hex)));
        assertEquals(Problem.CARD_ANSWER_INVALID, refused.problem());
    }

    @Test
    void too_many_data_objects_are_refused() {
        assertThrows(
                CardException.class,
                () -> BerTlv.parse(HexFormat.of().parseHex("5300".repeat(65))));
    }

    @Test
    void whatever_octets_come_they_are_read_or_refused() {
        Random random = new Random(73);
        int read = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] octets = new byte[random.nextInt(12)];
            random.nextBytes(octets);
            try {
                BerTlv.parse(octets);
                read++;
            } catch (CardException e) {
                assertEquals(Problem.CARD_ANSWER_INVALID, e.problem());
            }
        }
        assertFalse(read == 0 || read == 30_000);
    }

    @Test
    void a_value_cannot_be_changed_from_outside() {
        byte[] value = {1};
        BerTlv object = new BerTlv(0x53, value);
        value[0] = 2;
        object.value()[0] = 3;
        assertArrayEquals(new byte[] {1}, object.value());
    }

    private static String start(int length, int octets) {
        byte[] encoded = new BerTlv(0x70, new byte[length]).encoded();
        return HexFormat.of().withUpperCase().formatHex(encoded, 0, octets);
    }
}
