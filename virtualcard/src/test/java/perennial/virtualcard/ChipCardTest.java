// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perennial.card.CardException;
import perennial.card.apdu.ApduChannel;
import perennial.core.advice.Problem;

/// The card as a reader's contacts find it, where any octets may come.
class ChipCardTest {
    private static final byte[] SELECT = HexFormat.of().parseHex("00A4040009A0000003080000100000");

    private final VirtualCard card = Cards.blank();

    @Test
    void the_answer_to_reset_ends_with_its_check_octet_and_names_piv() {
        byte[] atr = card.atr();
        int sum = 0;
        for (int i = 1; i < atr.length; i++) {
            sum ^= atr[i];
        }
        assertEquals(0, sum, "TCK, ISO/IEC 7816-3 8.2.5");
        assertTrue(HexFormat.of().formatHex(atr).contains("f9a000000308000010"));
        try (ApduChannel channel = card.connect()) {
            assertArrayEquals(atr, channel.atr().orElseThrow());
        }
    }

    @Test
    void whatever_octets_come_they_are_answered() {
        Random random = new Random(7816);
        try (ChipCard.Contact contact = card.powerUp()) {
            for (int i = 0; i < 3000; i++) {
                byte[] command = new byte[random.nextInt(i % 10 == 0 ? 1200 : 20)];
                random.nextBytes(command);
                if (command.length > 2 && i % 3 == 0) {
                    System.arraycopy(SELECT, 0, command, 0, 2);
                }
                assertTrue(contact.transmit(command).length >= 2);
            }
            byte[] answer = contact.transmit(SELECT);
            assertEquals((byte) 0x90, answer[answer.length - 2], "the card is well");
        }
    }

    @Test
    void a_cut_ends_the_contact_and_power_brings_the_card_back() {
        ChipCard.Contact first = card.powerUp();
        card.faults().cutAt(1, Faults.Moment.AFTER);
        for (int i = 0; i < 2; i++) {
            CardException lost =
                    assertThrows(CardException.class, () -> first.transmit(SELECT.clone()));
            assertEquals(Problem.CARD_REMOVED, lost.problem());
        }
        try (ChipCard.Contact second = card.powerUp()) {
            assertTrue(second.transmit(SELECT).length > 2);
        }
    }
}
