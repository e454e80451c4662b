// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.card.CardException;
import perennial.core.advice.Problem;

class ChainedChannelTest {
    private static final LongCommand ASK = new LongCommand(0xCB, 0x3F, 0xFF, new byte[] {1}, true);

    @Test
    void a_long_answer_is_collected_part_by_part() {
        Transcript card =
                new Transcript(
                        "00 CB 3F FF 01 01 00", "AA BB 61 02", "00 C0 00 00 02", "CC DD 90 00");
        LongResponse answer = new ChainedChannel(card).send(ASK);
        assertArrayEquals(
                new byte[] {(byte) 0xAA, (byte) 0xBB, (byte) 0xCC, (byte) 0xDD}, answer.data());
        assertEquals(StatusWord.SUCCESS, answer.status());
        card.assertFinished();
    }

    @Test
    void a_card_that_names_another_length_is_asked_once_more() {
        Transcript card =
                new Transcript("00 CB 3F FF 01 01 00", "6C 03", "00 CB 3F FF 01 01 03", "6C 04");
        assertEquals(0x6C04, new ChainedChannel(card).send(ASK).status().value());
        card.assertFinished();
    }

    @Test
    void a_long_command_goes_out_in_parts_of_255_and_only_the_last_expects_an_answer() {
        List<CommandApdu> sent = new ArrayList<>();
        ChainedChannel channel = new ChainedChannel(answering(sent, "9000"));
        channel.send(new LongCommand(0x87, 7, 0x9A, new byte[600], true));
        assertEquals(List.of(0x10, 0x10, 0x00), sent.stream().map(CommandApdu::cla).toList());
        assertEquals(List.of(0, 0, 256), sent.stream().map(CommandApdu::le).toList());
        channel.send(new LongCommand(0xDB, 0x3F, 0xFF, new byte[255], false));
        assertEquals(4, sent.size());
        channel.send(new LongCommand(0xDB, 0x3F, 0xFF, new byte[256], false));
        assertEquals(6, sent.size());
    }

    @Test
    void a_refused_part_ends_the_command() {
        List<CommandApdu> sent = new ArrayList<>();
        ChainedChannel channel = new ChainedChannel(answering(sent, "6884"));
        LongCommand command = new LongCommand(0xDB, 0x3F, 0xFF, new byte[600], false);
        assertEquals(0x6884, channel.send(command).status().value());
        assertEquals(1, sent.size());
    }

    @Test
    void a_card_that_never_ends_is_stopped() {
        for (String answer : List.of("6100", "AA".repeat(256) + "6100", "016101")) {
            List<CommandApdu> sent = new ArrayList<>();
            ChainedChannel channel = new ChainedChannel(answering(sent, answer));
            CardException stopped = assertThrows(CardException.class, () -> channel.send(ASK));
            assertEquals(Problem.CARD_ANSWER_INVALID, stopped.problem());
        }
    }

    @Test
    void a_card_that_gives_octet_by_octet_is_stopped_after_256_parts() {
        List<CommandApdu> sent = new ArrayList<>();
        ChainedChannel channel = new ChainedChannel(answering(sent, "AA6101"));
        CardException stopped = assertThrows(CardException.class, () -> channel.send(ASK));
        assertEquals(Problem.CARD_ANSWER_INVALID, stopped.problem());
        assertEquals(256, sent.size());
    }

    private static ApduChannel answering(List<CommandApdu> sent, String answer) {
        return new ApduChannel() {
            @Override
            public ResponseApdu transmit(CommandApdu command) {
                sent.add(command);
                return ResponseApdu.ofEncoded(HexFormat.of().parseHex(answer));
            }

            @Override
            public void close() {}
        };
    }
}
