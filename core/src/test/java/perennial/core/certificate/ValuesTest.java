// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @Test
    void a_serial_number_is_shown_with_32_digits_and_read_back() {
        SerialNumber serial = SerialNumber.ofHex("5306c8eadd5b0d37d24cab2b453211ba");
        assertEquals("5306C8EADD5B0D37D24CAB2B453211BA", serial.hex());
        assertEquals(serial, SerialNumber.ofHex(serial.hex()));
        assertEquals("00000000000000000000000000000001", new SerialNumber(BigInteger.ONE).hex());
    }

    @Test
    void a_serial_number_has_at_most_20_octets_and_is_positive() {
        assertEquals("7F" + "FF".repeat(19), SerialNumber.ofHex("7F" + "FF".repeat(19)).hex());
        assertThrows(
                IllegalArgumentException.class, () -> SerialNumber.ofHex("80" + "00".repeat(19)));
        assertThrows(IllegalArgumentException.class, () -> new SerialNumber(BigInteger.ZERO));
        assertThrows(
                IllegalArgumentException.class, () -> new SerialNumber(BigInteger.TEN.negate()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00881112120477811", "0088 11", "0088\u0007", "卡號"})
    void a_card_number_is_1_to_16_visible_ascii_characters(String bad) {
        assertThrows(IllegalArgumentException.class, () -> new CardNumber(bad));
    }

    @Test
    void both_ends_of_a_validity_lie_inside_in_whole_seconds() {
        Instant from = Instant.parse("2022-05-09T00:00:00Z");
        Instant to = Instant.parse("2022-06-10T15:59:59Z");
        Validity validity = new Validity(from.plusMillis(250), to);
        assertEquals(from, validity.notBefore());
        assertTrue(validity.contains(from));
        assertTrue(validity.contains(to.plusMillis(999)));
        assertFalse(validity.contains(to.plusSeconds(1)));
        assertFalse(validity.contains(from.minusSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> new Validity(to, from));
    }
}
