// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.core.advice.Problem;

/// One card in exclusive use (SCARDHANDLE). It was reset before and is reset when it is given back,
/// so no program inherits another's PIN or selection.
final class PcscChannel implements ApduChannel {
    private static final long SHARE_EXCLUSIVE = 1;
    private static final long PROTOCOL_T0 = 1;
    private static final long PROTOCOL_T1 = 2;
    private static final long PROTOCOLS = PROTOCOL_T0 | PROTOCOL_T1;
    private static final long RESET_CARD = 1;
    private static final int MAX_ATR = 36;
    private static final int MAX_ANSWER = 258;
    private static final int MAX_NAME = 1024;

    /// Others look at a card that has just come: the system itself, certificate propagation, a
    /// browser's token module. They are done soon.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

    private final Context context;
    private final long card;
    private final long protocol;
    private final byte[] atr;
    private boolean lost;
    private boolean closed;

    private PcscChannel(Context context, long card, long protocol, byte[] atr) {
        this.context = context;
        this.card = card;
        this.protocol = protocol;
        this.atr = atr;
    }

    /// @throws CardException NO_CARD, NO_READER, CARD_IN_USE, CARD_MUTE, READER_SERVICE_MISSING
    static PcscChannel open(Winscard winscard, String reader) {
        Context context = Context.open(winscard);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = winscard.abi().allocateHandle(arena);
            MemorySegment protocol = winscard.abi().allocateNumber(arena, 0);
            connect(context, winscard.abi().allocateText(arena, reader), handle, protocol);
            long card = winscard.abi().handle(handle);
            try {
                require(
                        "SCardReconnect",
                        winscard.reconnect(card, SHARE_EXCLUSIVE, PROTOCOLS, RESET_CARD, protocol));
                byte[] atr = atr(winscard, arena, card);
                return new PcscChannel(context, card, winscard.abi().number(protocol, 0), atr);
            } catch (RuntimeException e) {
                int _ = winscard.disconnect(card, RESET_CARD);
                throw e;
            }
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    private static void connect(
            Context context, MemorySegment reader, MemorySegment card, MemorySegment protocol) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (; ; ) {
            int code =
                    context.winscard()
                            .connect(
                                    context.handle(),
                                    reader,
                                    SHARE_EXCLUSIVE,
                                    PROTOCOLS,
                                    card,
                                    protocol);
            if (!ReturnCode.SHARING_VIOLATION.is(code) || System.nanoTime() > end) {
                require("SCardConnect", code);
                return;
            }
            try {
                Thread.sleep(BETWEEN_TRIES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ReturnCode.failure("SCardConnect", code);
            }
        }
    }

    private static byte[] atr(Winscard winscard, Arena arena, long card) {
        PcscAbi abi = winscard.abi();
        MemorySegment name = arena.allocate((long) MAX_NAME * abi.characterSize(), 8);
        MemorySegment nameLength = abi.allocateNumber(arena, MAX_NAME);
        MemorySegment state = abi.allocateNumber(arena, 0);
        MemorySegment protocol = abi.allocateNumber(arena, 0);
        MemorySegment atr = arena.allocate(MAX_ATR);
        MemorySegment length = abi.allocateNumber(arena, MAX_ATR);
        require(
                "SCardStatus",
                winscard.status(card, name, nameLength, state, protocol, atr, length));
        long octets = Math.clamp(abi.number(length, 0), 0, MAX_ATR);
        return atr.asSlice(0, octets).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public ResponseApdu transmit(CommandApdu command) {
        if (closed) {
            throw new IllegalStateException("the card has been given back");
        }
        if (lost) {
            throw new CardException(Problem.CARD_REMOVED, "contact was lost before");
        }
        byte[] encoded = command.encoded();
        try (Arena arena = Arena.ofConfined()) {
            int length = lengthFor(protocol, encoded);
            MemorySegment sent = arena.allocate(length);
            MemorySegment.copy(encoded, 0, sent, ValueLayout.JAVA_BYTE, 0, length);
            MemorySegment received = arena.allocate(MAX_ANSWER);
            try {
                return exchange(arena, sent, received);
            } finally {
                sent.fill((byte) 0);
                received.fill((byte) 0);
            }
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private ResponseApdu exchange(Arena arena, MemorySegment sent, MemorySegment received) {
        PcscAbi abi = context.winscard().abi();
        MemorySegment length = abi.allocateNumber(arena, MAX_ANSWER);
        int code =
                context.winscard()
                        .transmit(
                                card,
                                abi.allocateIoRequest(arena, protocol),
                                sent,
                                sent.byteSize(),
                                received,
                                length);
        if (code != ReturnCode.SUCCESS) {
            throw failed(code);
        }
        long octets = abi.number(length, 0);
        // vpcd tells a card that was pulled during a command as success without an answer.
        if (octets < 2) {
            lost = true;
            throw new CardException(Problem.CARD_REMOVED, octets + " octets instead of an answer");
        }
        if (octets > MAX_ANSWER) {
            throw new CardException(Problem.CARD_ANSWER_INVALID, "an answer beyond its buffer");
        }
        byte[] answer = received.asSlice(0, octets).toArray(ValueLayout.JAVA_BYTE);
        try {
            return ResponseApdu.ofEncoded(answer);
        } finally {
            Arrays.fill(answer, (byte) 0);
        }
    }

    /// During the work a reader or a card that is not there has been pulled.
    private CardException failed(int code) {
        Problem problem =
                switch (ReturnCode.problemOf(code)) {
                    case NO_READER, NO_CARD, CARD_IN_USE -> Problem.CARD_REMOVED;
                    case Problem other -> other;
                };
        lost = problem == Problem.CARD_REMOVED;
        return ReturnCode.failure(problem, "SCardTransmit", code);
    }

    /// T=0 knows no command with both data and Le: the card names the length of its answer instead
    /// (ISO/IEC 7816-3 12.2).
    static int lengthFor(long protocol, byte[] encoded) {
        boolean both = encoded.length > 6 && encoded.length == 6 + (encoded[4] & 0xFF);
        return protocol == PROTOCOL_T0 && both ? encoded.length - 1 : encoded.length;
    }

    @Override
    public Optional<byte[]> atr() {
        return atr.length < 2 ? Optional.empty() : Optional.of(atr.clone());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            int _ = context.winscard().disconnect(card, RESET_CARD);
            context.close();
        }
    }

    private static void require(String call, int code) {
        if (code == ReturnCode.SUCCESS) {
            return;
        }
        throw ReturnCode.REMOVED_CARD.is(code)
                ? ReturnCode.failure(Problem.NO_CARD, call, code)
                : ReturnCode.failure(call, code);
    }
}
