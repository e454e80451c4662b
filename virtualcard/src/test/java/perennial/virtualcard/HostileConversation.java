// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.card.piv.FascN;
import perennial.card.piv.PivCards;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// One session with a card whose every answer the octets of an input decide: honest, spoiled, cut,
/// invented, none. An input of zeros is an honest card.
///
/// What must hold, however it answers: nothing but [CardException] comes out; an operation takes at
/// most [#MAX_COMMANDS] commands and allocates at most [#MAX_ALLOCATED] octets.
final class HostileConversation {
    static final long MAX_ALLOCATED = 1L << 20;
    static final int MAX_COMMANDS = 2_000;

    private static final String VERIFY = "VERIFY";
    private static final int WARM_UP = 100;
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// In the order in which the honest card was recorded.
    private static final List<Operation> OPERATIONS =
            List.of(
                    Operation.free("TRIES", (s, _) -> s.triesLeft()),
                    Operation.free(VERIFY, (s, _) -> Cards.verify(s, Cards.RIGHT)),
                    Operation.free(
                            "SIGNATURE CERTIFICATE",
                            (s, _) -> s.certificate(KeySlot.DIGITAL_SIGNATURE)),
                    Operation.free(
                            "ENCRYPTION CERTIFICATE",
                            (s, _) -> s.certificate(KeySlot.KEY_MANAGEMENT)),
                    Operation.free("ABILITIES", (s, _) -> s.abilities()),
                    Operation.afterPin("SIGN", (s, _) -> Operation.sign(s)),
                    Operation.afterPin("DECIPHER", Operation::decipher),
                    Operation.afterPin(
                            "WRITE", (s, held) -> s.write(KeySlot.DIGITAL_SIGNATURE, held)),
                    Operation.afterPin("NOTE", (s, _) -> Operation.note(s)),
                    Operation.afterPin("WRITE NOTE", (s, _) -> s.writeNote(MESSAGE)),
                    Operation.afterPin("ERASE NOTE", (s, _) -> s.eraseNote()),
                    Operation.free("PUK TRIES", (s, _) -> s.pukTriesLeft()),
                    Operation.afterPin(
                            "BESIDE", (s, _) -> Operation.replacement(s, ReKeyWay.BESIDE)),
                    Operation.afterPin(
                            "IN PLACE", (s, _) -> Operation.replacement(s, ReKeyWay.IN_PLACE)),
                    Operation.free("SECOND SECRET", (s, _) -> Operation.secondSecret(s)),
                    new Operation(
                            "CHANGE PIN",
                            false,
                            true,
                            (s, _) -> Operation.pins(Cards.RIGHT, s::changePin)),
                    new Operation(
                            "UNBLOCK",
                            false,
                            true,
                            (s, _) -> Operation.pins(Cards.PUK, s::unblock)));

    private final List<Honest> cards;
    private long conversations;
    private long answers;
    private long most;
    private String mostBy = "";

    /// @param held the certificate in its signature slot
    private record Honest(RecordedCard card, Certificate held) {}

    /// Records what it replays; warms up, so that loading classes is not taken for the card's work.
    HostileConversation() {
        cards =
                List.of(
                        record(Cards.made(KeyAlgorithm.RSA_2048)),
                        record(Cards.made(KeyAlgorithm.P_256)));
        byte[] honest = new byte[64];
        for (int i = 0; i < OPERATIONS.size(); i++) {
            honest[2 + i] = (byte) i;
        }
        honest[1] = (byte) OPERATIONS.size();
        for (int i = 0; i < WARM_UP; i++) {
            honest[0] = (byte) (i % 2);
            converse(new Input(honest), Long.MAX_VALUE);
        }
        conversations = 0;
        answers = 0;
        most = 0;
    }

    /// Answers given by hostile cards until now.
    long answers() {
        return answers;
    }

    String summary() {
        return "hostile card: %d answers in %d sessions; most in one operation: %d octets by %s"
                .formatted(answers, conversations, most, mostBy);
    }

    /// @throws AssertionError when something does not hold; any other exception is such a thing too
    void run(byte[] octets) {
        Input input = new Input(octets);
        if (input.peek() == 0xFF) {
            parse(octets);
        } else {
            converse(input, MAX_ALLOCATED);
        }
    }

    private void converse(Input input, long mostAllocated) {
        conversations++;
        int kind = input.next();
        Honest honest = cards.get(kind & 1);
        int[] operations = new int[input.next() % 24];
        for (int i = 0; i < operations.length; i++) {
            operations[i] = input.next();
        }
        Channel channel = new Channel(honest.card().new Player(), input, (kind >> 1) & 3);
        Meter meter = new Meter(channel, mostAllocated);
        try (CardSession session =
                meter.measured("OPEN", () -> PivCards.open(channel, new Fixed()))) {
            boolean verified = false;
            for (int number : operations) {
                Operation operation = OPERATIONS.get(number % OPERATIONS.size());
                if (verified || !operation.needsPin()) {
                    Object result =
                            meter.measured(
                                    operation.name(),
                                    () -> operation.action().on(session, honest.held()));
                    if (operation.name().equals(VERIFY)) {
                        verified = result instanceof PinOutcome.Verified;
                    }
                    verified &= !operation.ends();
                }
            }
        } catch (CardException e) {
            if (String.valueOf(e.getMessage()).isBlank()) {
                throw new AssertionError("a card's failure says what came", e);
            }
        }
    }

    /// The parsers themselves, without a session around them.
    private void parse(byte[] octets) {
        Meter meter = new Meter(null, MAX_ALLOCATED);
        byte[] rest = Arrays.copyOfRange(octets, 1, octets.length);
        answers++;
        try {
            List<BerTlv> objects = meter.measured("TLV", () -> BerTlv.parse(rest));
            BerTlv[] all = objects.toArray(BerTlv[]::new);
            if (!BerTlv.parse(BerTlv.concat(all)).equals(objects)) {
                throw new AssertionError("encoding and parsing differ");
            }
        } catch (CardException e) {
            mustBe(e, Problem.CARD_ANSWER_INVALID);
        }
        try {
            byte[] number = Arrays.copyOf(rest, Math.min(rest.length, FascN.OCTETS));
            FascN read = meter.measured("FASC-N", () -> FascN.decode(number));
            if (!Arrays.equals(Arrays.copyOf(read.encoded(), number.length), number)) {
                throw new AssertionError("encoding and decoding differ");
            }
        } catch (CardException e) {
            mustBe(e, Problem.CARD_ANSWER_INVALID);
        }
    }

    private static void mustBe(CardException e, Problem problem) {
        if (e.problem() != problem) {
            throw new AssertionError("expected " + problem, e);
        }
    }

    private static Honest record(VirtualCard card) {
        RecordedCard recorded = new RecordedCard();
        try (CardSession session =
                PivCards.open(
                        new Reader(recorded.new Recorder(Cards.reader(card).connect())),
                        new Fixed())) {
            Certificate held = session.certificate(KeySlot.DIGITAL_SIGNATURE).orElseThrow();
            for (Operation operation : OPERATIONS) {
                try {
                    Object _ = operation.action().on(session, held);
                } catch (CardException e) {
                    // What this card cannot do it says, and that is recorded as well.
                    if (operation.name().equals(VERIFY)) {
                        throw e;
                    }
                }
            }
            return new Honest(recorded, held);
        }
    }

    /// What a session is asked.
    ///
    /// @param needsPin whether it may only be asked after a verified PIN
    /// @param ends whether the session may have no verified PIN afterwards
    private record Operation(String name, boolean needsPin, boolean ends, Action action) {
        static Operation free(String name, Action action) {
            return new Operation(name, false, false, action);
        }

        static Operation afterPin(String name, Task task) {
            return new Operation(
                    name,
                    true,
                    false,
                    (session, held) -> {
                        task.on(session, held);
                        return name;
                    });
        }

        private static void sign(CardSession session) {
            byte[] _ = session.signer(KeySlot.DIGITAL_SIGNATURE).sign(MESSAGE);
        }

        private static void decipher(CardSession session, Certificate held) {
            boolean rsa = held.publicKey().getAlgorithm().equals("RSA");
            byte[] cryptogram = new byte[rsa ? 256 : 65];
            Arrays.fill(cryptogram, 1, 20, (byte) 5);
            cryptogram[0] = (byte) (rsa ? 0 : 4);
            byte[] _ = session.decipherer(KeySlot.KEY_MANAGEMENT).decipher(cryptogram);
        }

        private static void note(CardSession session) {
            Optional<byte[]> note = session.note();
            if (note.isPresent() && note.get().length > CardSession.MAX_NOTE) {
                throw new AssertionError("a note of %d octets".formatted(note.get().length));
            }
        }

        private static void replacement(CardSession session, ReKeyWay way) {
            var replacement = session.replacement(KeySlot.DIGITAL_SIGNATURE, way);
            var made = replacement.generate(KeyAlgorithm.P_256);
            if (replacement.holds(made) && replacement.generated().isPresent()) {
                byte[] _ = replacement.signer(made).sign(MESSAGE);
            }
            replacement.abandon();
        }

        private static boolean secondSecret(CardSession session) {
            session.presentSecondSecret("0".repeat(48).toCharArray());
            return true;
        }

        private static PinOutcome pins(String first, Change change) {
            try (Pin current = Pin.of(first.toCharArray());
                    Pin next = Pin.of(Cards.RIGHT.toCharArray())) {
                return change.from(current, next);
            }
        }
    }

    @FunctionalInterface
    private interface Action {
        Object on(CardSession session, Certificate held);
    }

    @FunctionalInterface
    private interface Task {
        void on(CardSession session, Certificate held);
    }

    @FunctionalInterface
    private interface Change {
        PinOutcome from(Pin current, Pin next);
    }

    @FunctionalInterface
    private interface Step<T> {
        T run();
    }

    /// Holds every operation to its bounds.
    private final class Meter {
        private final @Nullable Channel channel;
        private final long mostAllocated;

        Meter(@Nullable Channel channel, long mostAllocated) {
            this.channel = channel;
            this.mostAllocated = mostAllocated;
        }

        <T> T measured(String name, Step<T> step) {
            if (channel != null) {
                channel.commands = 0;
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            T result;
            try {
                result = step.run();
            } catch (CardException e) {
                hold(name, THREADS.getCurrentThreadAllocatedBytes() - before);
                throw e;
            }
            hold(name, THREADS.getCurrentThreadAllocatedBytes() - before);
            return result;
        }

        private void hold(String name, long allocated) {
            if (allocated > most) {
                most = allocated;
                mostBy = name;
            }
            if (allocated > mostAllocated) {
                throw new AssertionError(name + " allocated " + allocated + " octets");
            }
        }
    }

    /// The input's octets, zeros after their end.
    private static final class Input {
        private final byte[] octets;
        private int position;

        Input(byte[] octets) {
            this.octets = octets;
        }

        boolean ended() {
            return position >= octets.length;
        }

        int peek() {
            return ended() ? 0 : octets[position] & 0xFF;
        }

        int next() {
            int octet = peek();
            position++;
            return octet;
        }

        int next2() {
            return (next() << 8) | next();
        }

        byte[] take(int length) {
            int from = Math.min(position, octets.length);
            byte[] taken = Arrays.copyOfRange(octets, from, Math.min(from + length, octets.length));
            position += taken.length;
            return taken;
        }
    }

    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] octets) {
            Arrays.fill(octets, (byte) 0x5A);
        }
    }

    private record Reader(ApduChannel card) implements ApduReader {
        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public boolean cardPresent() {
            return true;
        }

        @Override
        public ApduChannel connect() {
            return card;
        }
    }

    /// The hostile card.
    private final class Channel implements ApduChannel, ApduReader {
        private static final int[] STATUS = {
            0x9000, 0x6100, 0x6101, 0x61FF, 0x6C00, 0x6C01, 0x6CFF, 0x63C0, 0x63C1, 0x63C3, 0x63CF,
            0x6982, 0x6983, 0x6985, 0x6A80, 0x6A81, 0x6A82, 0x6A84, 0x6A88, 0x6D00, 0x6F00, 0x6300,
            0x0000, 0xFFFF
        };

        private final RecordedCard.Player honest;
        private final Input input;
        private final int afterwards;
        private byte[] last = {0x6F, 0x00};
        private int commands;

        /// @param afterwards how it goes on when the input has ended: honest, mute, the same again
        Channel(RecordedCard.Player honest, Input input, int afterwards) {
            this.honest = honest;
            this.input = input;
            this.afterwards = afterwards;
        }

        @Override
        public ResponseApdu transmit(CommandApdu command) {
            answers++;
            commands++;
            if (commands > MAX_COMMANDS) {
                throw new AssertionError(
                        "an operation of more than %d commands".formatted(commands));
            }
            byte[] truth = honest.answer(command);
            if (input.ended() && afterwards == 1) {
                throw new CardException(Problem.CARD_MUTE, "no answer");
            }
            if (!input.ended() || afterwards < 2) {
                last = spoiled(truth, input.next());
            }
            return ResponseApdu.ofEncoded(last);
        }

        private byte[] spoiled(byte[] truth, int how) {
            byte[] data = Arrays.copyOf(truth, truth.length - 2);
            int status = ((truth[truth.length - 2] & 0xFF) << 8) | (truth[truth.length - 1] & 0xFF);
            return switch (how % 12) {
                case 1 -> answer(Arrays.copyOf(data, Math.min(data.length, input.next())), status);
                case 2 -> answer(data, STATUS[input.next() % STATUS.length]);
                case 3 -> answer(changed(data), status);
                case 4 -> answer(input.take(input.next()), STATUS[input.next() % STATUS.length]);
                case 5 -> answer(new byte[0], input.next2());
                case 6 -> throw new CardException(Problem.CARD_REMOVED, "pulled");
                case 7 -> answer(inserted(data), status);
                case 8 -> answer(object(input.next(), input.take(input.next() % 128)), 0x9000);
                case 9 -> answer(new byte[input.next()], STATUS[input.next() % 4]);
                case 10 -> answer(changed(changed(changed(data))), status);
                default -> truth;
            };
        }

        private byte[] changed(byte[] data) {
            if (data.length > 0) {
                data[input.next2() % data.length] = (byte) input.next();
            }
            return data;
        }

        private byte[] inserted(byte[] data) {
            int at = data.length == 0 ? 0 : input.next() % data.length;
            byte[] more = input.take(input.next() % 16);
            byte[] all = new byte[data.length + more.length];
            System.arraycopy(data, 0, all, 0, at);
            System.arraycopy(more, 0, all, at, more.length);
            System.arraycopy(data, at, all, at + more.length, data.length - at);
            return all;
        }

        /// Well-formed outside, whatever it is inside.
        private static byte[] object(int tag, byte[] value) {
            int outer = (tag & 1) == 0 ? 0x53 : 0x7C;
            return new BerTlv(outer, new BerTlv(Math.max(1, tag & 0xBE), value).encoded())
                    .encoded();
        }

        private static byte[] answer(byte[] data, int status) {
            byte[] answer = Arrays.copyOf(data, Math.min(data.length, 256) + 2);
            answer[answer.length - 2] = (byte) (status >> 8);
            answer[answer.length - 1] = (byte) status;
            return answer;
        }

        @Override
        public String name() {
            return "hostile";
        }

        @Override
        public boolean cardPresent() {
            return true;
        }

        @Override
        public ApduChannel connect() {
            return this;
        }

        @Override
        public void close() {}
    }
}
