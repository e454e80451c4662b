// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Pkcs15Cards.SELECT;
import static perennial.virtualcard.Pkcs15Cards.VERIFY;
import static perennial.virtualcard.Pkcs15Cards.WRONG;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.card.CardException;
import perennial.core.advice.Problem;
import perennial.virtualcard.Faults.Moment;

/// What the PKCS #15 card still knows after contact was lost, and after its process ended.
class Pkcs15PowerCutTest {
    private static final String OPEN_DIRECTORY = "00A4080C0450154401";

    @TempDir Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource
    void a_wrong_pin_costs_its_try_when_it_arrived_and_only_then(Moment moment) {
        Pkcs15Card card = Pkcs15Cards.made();
        cut(card, moment, "0020000106" + WRONG);
        try (RawCommands commands = new RawCommands(card)) {
            commands.expect("9000", SELECT);
            commands.expect(moment == Moment.AFTER ? "63C2" : "63C3", "00200001");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_card_that_lost_contact_has_forgotten_the_pin(Moment moment) {
        Pkcs15Card card = Pkcs15Cards.made();
        cut(card, moment, "00B0000000");
        try (RawCommands commands = new RawCommands(card)) {
            commands.expect("9000", SELECT, OPEN_DIRECTORY);
            commands.expect("6982", "00D60000020000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_update_is_there_whole_or_not_at_all(Moment moment) {
        byte[] content = new byte[256];
        new Random(16).nextBytes(content);
        Pkcs15Card card = Pkcs15Cards.made();
        byte[] before = card.snapshot();
        cut(card, moment, RawCommands.extendedSilent("00D60000", content));
        try (RawCommands commands = new RawCommands(card)) {
            commands.expect("9000", SELECT, OPEN_DIRECTORY);
            boolean written = Arrays.equals(content, commands.data("00B0000000"));
            assertEquals(moment == Moment.AFTER, written);
            assertEquals(moment == Moment.BEFORE, Arrays.equals(before, card.snapshot()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_chain_that_does_not_end_changes_nothing(Moment moment) {
        Pkcs15Card card = Pkcs15Cards.made();
        byte[] before = card.snapshot();
        cut(card, moment, "10D60000FF" + "5A".repeat(255));
        assertArrayEquals(before, card.snapshot());
    }

    @ParameterizedTest
    @EnumSource
    void a_key_that_was_being_made_is_the_old_one_or_the_new_one(Moment moment) {
        Pkcs15Card card = Pkcs15Cards.made();
        String prepare = "00224100068001F3840100";
        String sign = "002A9E9A013100";
        String first = signature(card, prepare, "0046420000", sign);
        cut(card, moment, prepare, "0046420000");
        String second = signature(card, sign);
        assertEquals(moment == Moment.BEFORE, first.equals(second));
    }

    @Test
    void everything_survives_close_and_reopen() throws IOException {
        try (Pkcs15Card card = create();
                RawCommands commands = new RawCommands(card)) {
            commands.expect("9000", SELECT, VERIFY, OPEN_DIRECTORY, "00D600F0020102");
            commands.expect("63C2", "0020000106" + WRONG);
        }
        try (Pkcs15Card again = Pkcs15Card.open(file(), Cards.RANDOM);
                RawCommands commands = new RawCommands(again)) {
            commands.expect("9000", SELECT, OPEN_DIRECTORY);
            assertEquals("01029000", commands.send("00B000F002"));
            commands.expect("63C2", "00200001");
        }
    }

    @Test
    void a_card_that_cannot_be_kept_refuses_and_changes_nothing() throws IOException {
        try (Pkcs15Card card = create();
                RawCommands commands = new RawCommands(card)) {
            commands.expect("9000", SELECT, VERIFY, OPEN_DIRECTORY);
            byte[] before = card.snapshot();
            Files.createDirectories(folder.resolve("card.part/in-the-way"));
            commands.expect("6581", "00D600F0020102", "0020000106" + WRONG);
            assertArrayEquals(before, card.snapshot());
            commands.expect("63C3", "00200001");
        }
    }

    @Test
    void a_card_of_the_other_kind_is_refused() throws IOException {
        create().close();
        assertThrows(FileSystemException.class, () -> VirtualCard.open(file(), Cards.RANDOM));
        Path other = folder.resolve("piv");
        VirtualCard.create(other, Cards.personalisation(), Cards.RANDOM).close();
        assertThrows(FileSystemException.class, () -> Pkcs15Card.open(other, Cards.RANDOM));
    }

    @Test
    void spoiled_content_is_refused_or_is_a_card() {
        byte[] whole = Pkcs15Cards.made().snapshot();
        int refused = 0;
        for (int i = 0; i < whole.length; i++) {
            byte[] spoiled = whole.clone();
            spoiled[i] ^= (byte) 0x80;
            try {
                Pkcs15Card.ofSnapshot(spoiled, Cards.RANDOM).close();
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertTrue(refused > 20, () -> "lengths and places are checked");
    }

    /// Connects, verifies the PIN, opens a directory, and loses contact at the last command.
    private static void cut(Pkcs15Card card, Moment moment, String... commands) {
        try (RawCommands session = new RawCommands(card)) {
            session.expect("9000", SELECT, VERIFY, OPEN_DIRECTORY);
            for (int i = 0; i < commands.length - 1; i++) {
                session.expect("9000", commands[i]);
            }
            card.faults().cutAt(1, moment);
            CardException lost =
                    assertThrows(
                            CardException.class, () -> session.send(commands[commands.length - 1]));
            assertEquals(Problem.CARD_REMOVED, lost.problem());
        }
    }

    /// The last command's answer: a deterministic signature tells keys apart.
    private static String signature(Pkcs15Card card, String... commands) {
        try (RawCommands session = new RawCommands(card)) {
            session.expect("9000", SELECT, VERIFY);
            for (int i = 0; i < commands.length - 1; i++) {
                session.data(commands[i]);
            }
            session.expect("9000", "002241B606800111840100");
            return session.send(commands[commands.length - 1]);
        }
    }

    private Path file() {
        return folder.resolve("card");
    }

    private Pkcs15Card create() throws IOException {
        return Pkcs15Card.create(file(), Cards.personalisation(), Cards.RANDOM);
    }
}
