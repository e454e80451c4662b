// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Pkcs15Cards.PIN;
import static perennial.virtualcard.Pkcs15Cards.SELECT;
import static perennial.virtualcard.Pkcs15Cards.VERIFY;
import static perennial.virtualcard.Pkcs15Cards.WRONG;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// The applet's files and secrets, by raw commands (ISO/IEC 7816-4 and -9).
class Pkcs15AppletTest {
    private static final String CREATE_4410 =
            "00E000001762158102012C820101830244108608FF90FFFFFFFF9000";
    private static final String SELECT_APPLICATION = "00A4080C025015";
    private static final String SELECT_4410 = "00A4080C0450154410";

    private final Pkcs15Card card = Pkcs15Cards.made();

    @Test
    void the_answer_to_reset_ends_with_its_check_octet_and_names_no_other_card() {
        byte[] atr = card.atr();
        int sum = 0;
        for (int i = 1; i < atr.length; i++) {
            sum ^= atr[i];
        }
        assertEquals(0, sum, "TCK, ISO/IEC 7816-3 8.2.5");
        assertTrue(RawCommands.hex(atr).contains("506572656E6E69616C"));
    }

    @Test
    void select_answers_with_the_version_of_the_interface() {
        try (RawCommands commands = new RawCommands(card)) {
            assertEquals("0006079000", commands.send(SELECT));
        }
    }

    @Test
    void only_one_reader_is_at_the_contacts() {
        try (RawCommands _ = new RawCommands(card)) {
            CardException refused = assertThrows(CardException.class, card::powerUp);
            assertEquals(Problem.CARD_IN_USE, refused.problem());
        }
        card.connect().close();
    }

    @Test
    void a_file_is_made_written_and_deleted_with_the_pin_and_read_without() {
        try (RawCommands commands = selected()) {
            commands.expect("9000", SELECT_APPLICATION);
            commands.expect("6982", CREATE_4410);
            commands.expect("9000", VERIFY, CREATE_4410);
            commands.expect("6A89", CREATE_4410);
            commands.expect("9000", SELECT_4410, "00D600000401020304", "0020FF01");
            commands.expect("6982", "00D600000401020304", "00E40000024410", "00E40000");
            assertEquals("020304009000", commands.send("00B0000104"));
            commands.expect("9000", VERIFY, "00E40000024410");
            commands.expect("6A82", SELECT_4410);
        }
    }

    @Test
    void a_file_is_read_to_its_end_and_no_further() {
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, SELECT_APPLICATION, CREATE_4410);
            assertEquals(256, commands.data("00B0000000").length);
            assertEquals("00".repeat(44) + "9000", commands.send("00B0010000"));
            assertEquals("00".repeat(44) + "6282", commands.send("00B0010040"));
            assertEquals("9000", commands.send("00B0012C00"));
            commands.expect("6B00", "00B0012D00", "00D6012D0100");
            commands.expect("6A84", "00D6012C0100");
            commands.expect("6A82", "00B0810000");
            commands.expect("9000", "00A4080C025015");
            commands.expect("6986", "00B0000000");
        }
    }

    @Test
    void a_command_of_extended_length_and_a_chain_write_the_same() {
        byte[] content = new byte[300];
        new Random(15).nextBytes(content);
        String hex = RawCommands.hex(content);
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, SELECT_APPLICATION, CREATE_4410);
            commands.expect("9000", RawCommands.extendedSilent("00D60000", content));
            assertEquals(hex + "9000", commands.send("00B0000000012C"));
            commands.expect("9000", "00D600000200FF");
            commands.expect("9000", "10D60000FF" + hex.substring(0, 510));
            assertEquals("00FF9000", commands.send("00B0000002"), "half a chain is nothing");
            commands.expect("9000", "10D60000FF" + hex.substring(0, 510));
            commands.expect("9000", "00D600002D" + hex.substring(510));
            assertEquals(hex + "9000", commands.send("00B0000000012C"));
        }
    }

    @Test
    void files_are_found_by_every_way_of_select() {
        try (RawCommands commands = selected()) {
            String token = commands.send("00A40804045015503200");
            assertTrue(token.startsWith("62"), token);
            commands.expect("9000", "00A4000C", "00A4010C025015", "00A4020C025031");
            commands.expect("9000", "00A4000C025032", "00A4000C025015", "00A4090C025031");
            commands.expect("9000", "00A4030C", "00A4000C022F00", "00A4000C023F00");
            commands.expect("6A82", "00A4020C025015", "00A4010C022F00", "00A4000C024444");
            commands.expect("6A82", "00A4040C05A000000001", "00A4080C0450155099");
            commands.expect("6A86", "00A4050C025015", "00A4000F025015");
            commands.expect("6700", "00A4080C03501550", "00A4000C0150");
        }
    }

    @Test
    void a_folder_with_files_stays_and_so_does_the_master_file() {
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY);
            commands.expect("6985", "00E40000025015", "00E40000");
            commands.expect("6A82", "00E40000024444");
        }
    }

    @Test
    void malformed_parameters_make_no_file() {
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, SELECT_APPLICATION);
            for (int i = 5; i < CREATE_4410.length() / 2; i++) {
                byte[] spoiled = HexFormat.of().parseHex(CREATE_4410);
                spoiled[i] = (byte) 0xFE;
                commands.status(RawCommands.hex(spoiled));
                commands.expect("9000", SELECT_APPLICATION);
            }
            commands.expect("6A80", "00E00000", "00E0000003620181", "00E00000026200");
            commands.expect("6A80", CREATE_4410.replace("83024410", "83023F00"));
            commands.expect("6A80", CREATE_4410.replace("820101", "820102"));
            commands.expect("6A84", CREATE_4410.replace("8102012C", "81027FFF"));
        }
    }

    @Test
    void a_blank_card_asks_for_nothing_until_its_pin_is_set_once() {
        Pkcs15Card blank = Pkcs15Card.blank(Cards.RANDOM);
        try (RawCommands commands = new RawCommands(blank)) {
            commands.expect("9000", SELECT);
            assertTrue(commands.send("00A40000023F0000").contains("8608FFFFFFFFFF000000"));
            commands.expect("6984", VERIFY, "00200001");
            commands.expect("6982", "0046420000");
            commands.expect("6A80", "0024010103313233");
            commands.expect("9000", "0024010204" + "38373635");
            commands.expect("9000", "0024010106" + PIN, VERIFY);
            commands.expect("6985", "0024010106" + PIN, "0024010204" + "38373635");
            assertTrue(commands.send("00A40000023F0000").contains("8608FFFFFFFFFF909090"));
        }
    }

    @Test
    void each_wrong_pin_costs_a_try_and_the_puk_gives_them_back() {
        String change = "0024000120" + padded(PIN) + padded(WRONG);
        String unblock = "002C000120" + padded("3837363534333231") + padded(PIN);
        try (RawCommands commands = selected()) {
            commands.expect("63C3", "00200001");
            commands.expect("63C2", "0020000106" + WRONG);
            commands.expect("9000", VERIFY, "00200001", change);
            commands.expect("63C2", VERIFY);
            commands.expect("63C1", VERIFY, "00200001");
            commands.expect("6983", VERIFY, "0020000106" + WRONG, "00200001", change);
            commands.expect("63C2", unblock.replace("3837", "3737"));
            commands.expect("9000", unblock, VERIFY);
            commands.expect("6A88", "0020000206" + PIN);
        }
    }

    @Test
    void a_malformed_pin_costs_no_try() {
        try (RawCommands commands = selected()) {
            commands.expect("6A80", "0020000103313233", "0020000106313200333435");
            commands.expect("6A80", "0020000111" + "31".repeat(17));
            commands.expect("6700", "0024000110" + padded(PIN));
            commands.expect("63C3", "00200001");
        }
    }

    @Test
    void unknown_commands_are_refused_by_name() {
        try (RawCommands commands = selected()) {
            commands.expect("6D00", "00120000", "00CA006E00");
            commands.expect("6E00", "80B0000000");
            commands.expect("6985", "00C0000000");
            commands.expect("6A86", "00840001");
        }
    }

    @Test
    void random_numbers_come_as_long_as_asked_for() {
        try (RawCommands commands = selected()) {
            byte[] first = commands.data("0084000020");
            byte[] second = commands.data("0084000020");
            assertEquals(32, first.length);
            assertTrue(!Arrays.equals(first, second));
            commands.expect("6700", "00840000000101");
        }
    }

    @Test
    void whatever_octets_come_the_applet_makes_no_mistake() {
        String[] templates = {
            SELECT,
            VERIFY,
            CREATE_4410,
            SELECT_4410,
            SELECT_APPLICATION,
            "00D600000401020304",
            "00B0000004",
            "00224100068001F3840100",
            "002241B606800111840100",
            "002A9E9A0401020304",
            "00E40000024410",
            "10D600000401020304",
            "0024000106" + PIN,
            "00C0000000",
            "002A80860400010203",
            "0084000008"
        };
        Random random = new Random(1566);
        byte[] before = card.snapshot();
        try (RawCommands commands = selected()) {
            for (int i = 0; i < 20_000; i++) {
                String template = templates[random.nextInt(templates.length)];
                byte[] octets = HexFormat.of().parseHex(template);
                if (random.nextInt(3) > 0) {
                    octets[random.nextInt(octets.length)] = (byte) random.nextInt();
                }
                int length = random.nextInt(4) == 0 ? random.nextInt(octets.length) : octets.length;
                assertTrue(
                        commands.send(RawCommands.hex(Arrays.copyOf(octets, length))).length()
                                >= 4);
            }
        }
        Pkcs15Card copy = Pkcs15Card.ofSnapshot(card.snapshot(), Cards.RANDOM);
        assertArrayEquals(card.snapshot(), copy.snapshot());
        assertTrue(before.length > 0);
    }

    private RawCommands selected() {
        RawCommands commands = new RawCommands(card);
        commands.expect("9000", SELECT);
        return commands;
    }

    private static String padded(String value) {
        return value + "00".repeat(16 - value.length() / 2);
    }
}
