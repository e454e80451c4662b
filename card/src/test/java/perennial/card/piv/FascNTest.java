// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import perennial.card.CardException;
import perennial.core.advice.Problem;

class FascNTest {
    /// The example of TIG SCEPACS 2.3, figure 7.
    private static final byte[] EXAMPLE =
            HexFormat.of().parseHex("D0439458210C2C19A0846D83685A1082108CE73984108CA3FC");

    private static final FascN READ = new FascN("0032000109244601", "1112223333112232");

    @Test
    void the_specifications_example_is_read() {
        assertEquals(READ, FascN.decode(EXAMPLE));
        assertEquals("0032", READ.agencyCode());
    }

    @Test
    void the_specifications_example_is_written() {
        assertArrayEquals(EXAMPLE, READ.encoded());
    }

    @Test
    void a_single_wrong_bit_is_always_noticed() {
        for (int bit = 0; bit < 8 * EXAMPLE.length; bit++) {
            byte[] wrong = EXAMPLE.clone();
            wrong[bit / 8] ^= (byte) (1 << (bit % 8));
            CardException noticed = assertThrows(CardException.class, () -> FascN.decode(wrong));
            assertEquals(Problem.CARD_ANSWER_INVALID, noticed.problem());
        }
    }

    @Test
    void two_wrong_bits_in_one_character_are_noticed() {
        for (int character = 0; character < 40; character++) {
            byte[] wrong = EXAMPLE.clone();
            for (int bit = 5 * character; bit < 5 * character + 2; bit++) {
                wrong[bit / 8] ^= (byte) (0x80 >> (bit % 8));
            }
            assertThrows(CardException.class, () -> FascN.decode(wrong));
        }
    }

    @Test
    void another_length_is_refused() {
        assertThrows(CardException.class, () -> FascN.decode(new byte[0]));
        assertThrows(CardException.class, () -> FascN.decode(new byte[26]));
    }
}
