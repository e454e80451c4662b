// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// What can be said of the binding without a PC/SC service; `e2e` runs it against a real one.
class PcscAbiTest {
    /// The sizes that the C compilers of the systems give to SCARD_READERSTATE and
    /// SCARD_IO_REQUEST.
    @Test
    void structures_have_the_size_that_each_system_gives_them() {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(80, PcscAbi.linux("").readerStateSize());
            assertEquals(64, PcscAbi.windows("").readerStateSize());
            assertEquals(61, PcscAbi.macOs("").readerStateSize());
            assertEquals(16, PcscAbi.linux("").allocateIoRequest(arena, 1).byteSize());
            assertEquals(8, PcscAbi.windows("").allocateIoRequest(arena, 1).byteSize());
            assertEquals(8, PcscAbi.macOs("").allocateIoRequest(arena, 1).byteSize());
        }
    }

    @Test
    void reader_states_are_written_where_each_system_reads_them() {
        for (PcscAbi abi : List.of(PcscAbi.linux(""), PcscAbi.windows(""), PcscAbi.macOs(""))) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment number = abi.allocateNumber(arena, 0x80100001L);
                assertEquals(0x80100001L, abi.number(number, 0));
                MemorySegment text = abi.allocateText(arena, "讀");
                byte[] octets = text.toArray(ValueLayout.JAVA_BYTE);
                assertEquals(
                        abi.characterSize() == 2 ? "808b0000" : "e8ae8000",
                        HexFormat.of().formatHex(octets));
                assertEquals(
                        16 + abi.number().byteSize(),
                        abi.eventStateOffset(),
                        "two pointers and one number before it");
            }
        }
    }

    @Test
    void a_computer_without_the_library_has_no_card_service() {
        CardException missing =
                assertThrows(
                        CardException.class,
                        () -> Winscard.load(PcscAbi.linux("libno-such-library.so.1")));
        assertEquals(Problem.READER_SERVICE_MISSING, missing.problem());
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "8010001D,READER_SERVICE_MISSING",
        "8010001E,READER_SERVICE_MISSING",
        "8010002E,NO_READER",
        "80100009,NO_READER",
        "8010000C,NO_CARD",
        "8010000B,CARD_IN_USE",
        "80100069,CARD_REMOVED",
        "80100068,CARD_REMOVED",
        "80100016,CARD_REMOVED",
        "80100066,CARD_MUTE",
        "80100067,CARD_MUTE",
        "80100001,CARD_ANSWER_INVALID",
        "12345678,CARD_ANSWER_INVALID"
    })
    void every_return_code_says_its_problem_and_its_number(String hex, Problem problem) {
        int code = (int) Long.parseLong(hex, 16);
        CardException failure = ReturnCode.failure("SCardTransmit", code);
        assertEquals(problem, failure.problem());
        assertEquals(true, String.valueOf(failure.getMessage()).contains(hex));
    }

    @Test
    void a_card_that_was_exchanged_in_between_is_a_change_and_a_program_that_uses_it_is_none() {
        ReaderState empty = new ReaderState("r", 0x10);
        ReaderState first = new ReaderState("r", 0x1_0022);
        ReaderState exchanged = new ReaderState("r", 0x3_0020);
        ReaderState used = new ReaderState("r", 0x1_01A0);
        assertEquals(true, first.differsFrom(empty));
        assertEquals(true, exchanged.differsFrom(first));
        assertEquals(false, used.differsFrom(first));
    }

    @Test
    void only_t_0_and_only_a_command_with_data_goes_without_le() {
        byte[] select = HexFormat.of().parseHex("00A4040002AABB00");
        assertEquals(7, PcscChannel.lengthFor(1, select));
        assertEquals(8, PcscChannel.lengthFor(2, select));
        assertEquals(5, PcscChannel.lengthFor(1, HexFormat.of().parseHex("00C0000010")));
        assertEquals(7, PcscChannel.lengthFor(1, HexFormat.of().parseHex("00A4040002AABB")));
    }
}
