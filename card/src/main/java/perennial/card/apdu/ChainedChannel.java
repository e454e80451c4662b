// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// Long commands and answers over a channel that knows short ones only: command chaining, GET
/// RESPONSE (ISO/IEC 7816-4 5.3.3, 5.3.4), and a second try with the length that the card names.
///
/// However the card answers, a command ends: each part of an answer must bring data, there are at
/// most [#MAX_PARTS], and all together at most [LongResponse#MAX_DATA].
public final class ChainedChannel implements AutoCloseable {
    private static final int CHAINED = 0x10;
    private static final int GET_RESPONSE = 0xC0;
    private static final int MORE = 0x61;
    private static final int OTHER_LENGTH = 0x6C;
    private static final int FULL = 256;

    /// Cards with small buffers give parts of 128 or 64 octets; a card that gives octet by octet
    /// wants to keep us busy.
    private static final int MAX_PARTS = 256;

    private static final byte[] NONE = {};

    private final ApduChannel channel;

    public ChainedChannel(ApduChannel channel) {
        this.channel = channel;
    }

    /// Sends the command, as many parts as it takes, and collects the answer. A part that is not
    /// answered with 9000 ends the command with that answer.
    ///
    /// @throws CardException CARD_ANSWER_INVALID when the answer is too long or never ends, and
    ///   what the channel throws
    public LongResponse send(LongCommand command) {
        int from = 0;
        while (command.length() - from > CommandApdu.MAX_DATA) {
            int to = from + CommandApdu.MAX_DATA;
            ResponseApdu answer = transmit(command, CHAINED, from, to, 0);
            if (!answer.status().isSuccess()) {
                return new LongResponse(answer.data(), answer.status());
            }
            from = to;
        }
        int last = from;
        ResponseApdu answer =
                transmit(command, 0, last, command.length(), command.answered() ? FULL : 0);
        if (answer.status().sw1() == OTHER_LENGTH) {
            int length = lengthIn(answer.status());
            answer = transmit(command, 0, last, command.length(), length);
        }
        return collect(answer);
    }

    /// As [ApduChannel#atr].
    public Optional<byte[]> atr() {
        return channel.atr();
    }

    @Override
    public void close() {
        channel.close();
    }

    private ResponseApdu transmit(LongCommand command, int cla, int from, int to, int le) {
        byte[] part = command.part(from, to);
        CommandApdu apdu =
                new CommandApdu(cla, command.ins(), command.p1(), command.p2(), part, le);
        Arrays.fill(part, (byte) 0);
        try {
            return channel.transmit(apdu);
        } finally {
            apdu.wipe();
        }
    }

    private LongResponse collect(ResponseApdu first) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ResponseApdu answer = first;
        data.writeBytes(answer.data());
        for (int parts = 1; answer.status().sw1() == MORE; parts++) {
            if (parts == MAX_PARTS) {
                throw invalid("an answer of more than %d parts".formatted(MAX_PARTS));
            }
            int length = lengthIn(answer.status());
            answer = channel.transmit(new CommandApdu(0, GET_RESPONSE, 0, 0, NONE, length));
            byte[] part = answer.data();
            if (part.length == 0 && answer.status().sw1() == MORE) {
                throw invalid("the card promises more and gives nothing");
            }
            if (data.size() + part.length > LongResponse.MAX_DATA) {
                throw invalid("an answer of more than %d octets".formatted(LongResponse.MAX_DATA));
            }
            data.writeBytes(part);
        }
        return new LongResponse(data.toByteArray(), answer.status());
    }

    private static int lengthIn(StatusWord status) {
        return status.sw2() == 0 ? FULL : status.sw2();
    }

    private static CardException invalid(String what) {
        return new CardException(Problem.CARD_ANSWER_INVALID, what);
    }
}
