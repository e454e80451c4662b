// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinTest {
    private static final byte[] ZERO = new byte[8];

    @Test
    void it_is_filled_up_with_ff() {
        try (Pin pin = Pin.of("123456".toCharArray())) {
            assertArrayEquals(HexFormat.of().parseHex("313233343536ffff"), pin.padded());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12345", "123456789", "12345 6", "12345\u0000", "12345\u00FF"})
    void other_than_6_to_8_visible_ascii_characters_is_no_pin(String characters) {
        assertThrows(IllegalArgumentException.class, () -> Pin.of(characters.toCharArray()));
    }

    @Test
    void a_character_is_not_cut_down_to_one_that_would_do() {
        assertThrows(IllegalArgumentException.class, () -> Pin.of("12345\u0136".toCharArray()));
    }

    @Test
    void two_shares_make_one_pin() {
        byte[] share = HexFormat.of().parseHex("a1b2c3d4e5f60718");
        byte[] other = "135790\u00FF\u00FF".getBytes(StandardCharsets.ISO_8859_1);
        byte[] padded = other.clone();
        for (int i = 0; i < other.length; i++) {
            other[i] ^= share[i];
        }
        try (Pin pin = Pin.ofShares(share, other)) {
            assertArrayEquals(padded, pin.padded());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3132333435ffffff",
                "313233343536ff37",
                "31323334353600ff",
                "313233343536370a",
                "ffffffffffffffff",
                "31323334353637",
                "313233343536373839"
            })
    void shares_of_something_else_make_none(String block) {
        byte[] octets = HexFormat.of().parseHex(block);
        assertThrows(IllegalArgumentException.class, () -> Pin.ofShares(octets, ZERO));
        assertThrows(IllegalArgumentException.class, () -> Pin.ofShares(ZERO, octets));
    }

    @Test
    void closing_overwrites_it_and_leaves_its_copy() {
        Pin pin = Pin.of("12345678".toCharArray());
        try (Pin copy = pin.copy()) {
            pin.close();
            assertArrayEquals(ZERO, pin.padded());
            assertArrayEquals("12345678".getBytes(StandardCharsets.US_ASCII), copy.padded());
            assertEquals("****", copy.toString());
        }
    }
}
