// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.core.crypto.KeyAlgorithm;

/// The applet's answers to raw commands (SP 800-73-4 part 2).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PivAppletTest {
    private static final String SELECT = "00A4040009A0000003080000100000";
    private static final String VERIFY = "0020008008313233343536FFFF";
    private static final String GET_SIGNATURE_CERTIFICATE = "00CB3FFF055C035FC10A00";
    private static final String GET_PRINTED = "00CB3FFF055C035FC10900";
    private static final String SIGN = "0087119C267C2482008120" + "11".repeat(32) + "00";

    private byte[] snapshot = new byte[0];

    @BeforeAll
    void make_a_card() {
        snapshot = Cards.made(KeyAlgorithm.P_256).snapshot();
    }

    @Test
    void select_answers_with_the_application_property_template() {
        try (ApduChannel card = Cards.copy(snapshot).connect()) {
            ResponseApdu answer = transmit(card, SELECT);
            assertEquals(0x9000, answer.status().value());
            assertEquals(0x61, answer.data()[0]);
        }
    }

    @Test
    void the_signature_key_asks_for_the_pin_immediately_before_every_use() {
        try (ApduChannel card = selected()) {
            assertStatus(0x6982, card, SIGN);
            assertStatus(0x9000, card, VERIFY);
            assertStatus(0x9000, card, SIGN);
            assertStatus(0x6982, card, SIGN);
            assertStatus(0x9000, card, VERIFY);
            assertEquals(0x61, transmit(card, GET_SIGNATURE_CERTIFICATE).status().sw1());
            assertStatus(0x6982, card, SIGN);
        }
    }

    @Test
    void the_encryption_key_asks_for_the_pin_once() {
        String decipher = SIGN.replace("9C", "9D");
        try (ApduChannel card = selected()) {
            assertStatus(0x6982, card, decipher);
            assertStatus(0x9000, card, VERIFY);
            assertStatus(0x9000, card, decipher);
            assertStatus(0x9000, card, decipher);
            assertStatus(0x9000, card, "0020FF80");
            assertStatus(0x6982, card, decipher);
        }
    }

    @Test
    void fingerprints_face_printed_information_and_iris_open_to_the_pin_only() {
        for (String tag : new String[] {"03", "08", "09", "21"}) {
            String get = "00CB3FFF055C035FC1" + tag + "00";
            try (ApduChannel card = selected()) {
                assertStatus(0x6982, card, get);
                assertStatus(0x9000, card, VERIFY);
                assertStatus(tag.equals("09") ? 0x9000 : 0x6A82, card, get);
            }
            try (ApduChannel card = selected()) {
                assertStatus(0x6982, card, get);
            }
        }
    }

    @Test
    void without_the_management_key_nothing_is_written_or_generated() {
        try (ApduChannel card = selected()) {
            assertStatus(0x9000, card, VERIFY);
            assertStatus(0x6982, card, "00DB3FFF075C035FC1055300");
            assertStatus(0x6982, card, "0047009A05AC0380011100");
            assertStatus(0x9000, card, "00870A9B047C02810000");
            assertStatus(0x6982, card, "00870A9B147C128210" + "00".repeat(16) + "00");
            assertStatus(0x6A80, card, "00870A9B147C128210" + "00".repeat(16) + "00");
            assertStatus(0x6982, card, "00DB3FFF075C035FC1055300");
        }
    }

    @Test
    void a_malformed_pin_costs_no_try() {
        try (ApduChannel card = selected()) {
            assertStatus(0x6A80, card, "0020008006313233343536");
            assertStatus(0x6A80, card, "00200080083132FFFF3536FFFF");
            assertStatus(0x6A88, card, "0020008108313233343536FFFF");
            assertStatus(0x63C3, card, "00200080");
        }
    }

    @Test
    void unknown_commands_are_refused_by_name() {
        try (ApduChannel card = selected()) {
            assertStatus(0x6D00, card, "00120000");
            assertStatus(0x6E00, card, "80CB3FFF055C035FC10A00");
            assertStatus(0x6985, card, "00C0000000");
            assertStatus(0x6A82, card, "00CB3FFF055C035FC12000");
            assertStatus(0x6A86, card, "00CB0000055C035FC10A00");
            assertStatus(0x6A86, card, "0087119A" + SIGN.substring(8));
        }
    }

    @Test
    void another_command_breaks_a_chain() {
        try (ApduChannel card = selected()) {
            assertStatus(0x9000, card, "102C00800431323334");
            assertStatus(0x63C3, card, "00200080");
            assertStatus(0x9000, card, VERIFY);
        }
    }

    @Test
    void a_long_answer_comes_in_parts_as_the_reader_asks() {
        try (ApduChannel card = selected()) {
            ResponseApdu answer = transmit(card, GET_SIGNATURE_CERTIFICATE);
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.writeBytes(answer.data());
            while (answer.status().sw1() == 0x61) {
                answer = transmit(card, "00C0000064");
                assertTrue(answer.data().length <= 0x64);
                whole.writeBytes(answer.data());
            }
            assertEquals(0x9000, answer.status().value());
            byte[] object = whole.toByteArray();
            int length = ((object[2] & 0xFF) << 8) | (object[3] & 0xFF);
            assertEquals(object.length, length + 4);
        }
    }

    @Test
    void whatever_commands_come_the_applet_makes_no_mistake() {
        Random random = new Random(88);
        int[] instructions = {0x20, 0x24, 0x2C, 0x47, 0x87, 0xC0, 0xCB, 0xDB, 0xA4, 0x00};
        String[] templates = {VERIFY, SIGN, GET_PRINTED, "00870A9B047C02810000", SELECT};
        VirtualCard card = Cards.copy(snapshot);
        try (ApduChannel channel = card.connect()) {
            transmit(channel, SELECT);
            for (int i = 0; i < 20_000; i++) {
                channel.transmit(
                        random.nextInt(3) == 0
                                ? noise(random, instructions)
                                : bent(random, templates));
            }
            assertTrue(card.inUse());
        }
    }

    @Test
    void nothing_is_printed() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (ApduChannel card = selected()) {
            assertStatus(0x9000, card, VERIFY);
            assertStatus(0x9000, card, SIGN);
        } finally {
            System.setOut(before);
        }
        assertArrayEquals(new byte[0], printed.toByteArray());
    }

    @Test
    void a_copy_shares_nothing_with_its_original() {
        VirtualCard first = Cards.copy(snapshot);
        try (ApduChannel card = first.connect()) {
            transmit(card, SELECT);
            assertStatus(0x63C2, card, VERIFY.replace("36FF", "37FF"));
        }
        try (ApduChannel card = selected()) {
            assertStatus(0x63C3, card, "00200080");
        }
        assertFalse(Arrays.equals(first.snapshot(), snapshot));
    }

    private static CommandApdu noise(Random random, int[] instructions) {
        byte[] data = new byte[random.nextInt(40)];
        random.nextBytes(data);
        int ins = instructions[random.nextInt(instructions.length)];
        int cla = random.nextInt(4) == 0 ? 0x10 : 0;
        return new CommandApdu(
                cla, ins, random.nextInt(256), random.nextInt(256), data, random.nextInt(257));
    }

    private static CommandApdu bent(Random random, String[] templates) {
        byte[] octets = HexFormat.of().parseHex(templates[random.nextInt(templates.length)]);
        int place = 5 + random.nextInt(octets.length - 5);
        octets[place] = (byte) random.nextInt();
        return Cards.command(octets);
    }

    private ApduChannel selected() {
        ApduChannel card = Cards.copy(snapshot).connect();
        transmit(card, SELECT);
        return card;
    }

    private static void assertStatus(int expected, ApduChannel card, String command) {
        assertEquals(
                "%04X".formatted(expected), transmit(card, command).status().toString(), command);
    }

    private static ResponseApdu transmit(ApduChannel card, String command) {
        return card.transmit(Cards.command(HexFormat.of().parseHex(command)));
    }
}
