// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Cards.RIGHT;
import static perennial.virtualcard.Cards.copy;
import static perennial.virtualcard.Cards.verify;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.card.apdu.StatusWord;
import perennial.card.piv.PivCards;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// A card whose answers are those of a real one, with some of them spoiled.
class HostileCardTest {
    private static final int CASES = 400;

    @Test
    void whatever_the_card_answers_the_session_ends_with_a_card_exception_or_well() {
        byte[] snapshot =
                Cards.made(
                                Cards.personalisation(
                                        ProductGeneration.WITH_MOVE, ManagementKey.BEHIND_PIN),
                                KeyAlgorithm.P_256)
                        .snapshot();
        byte[] rsa = Cards.made(KeyAlgorithm.RSA_2048).snapshot();
        Map<Problem, Integer> seen = new EnumMap<>(Problem.class);
        AtomicInteger well = new AtomicInteger();
        assertTimeoutPreemptively(
                Duration.ofMinutes(3),
                () -> {
                    for (int seed = 0; seed < CASES; seed++) {
                        Random random = new Random(seed);
                        VirtualCard card = copy(seed % 4 == 0 ? rsa : snapshot);
                        try (CardSession session =
                                PivCards.open(
                                        new OtherReader(() ->
                                                new Spoiled(
                                                        card.connect(),
                                                        random,
                                                        random.nextInt(300))))) {
                            live(session);
                            well.incrementAndGet();
                        } catch (CardException e) {
                            seen.merge(e.problem(), 1, Integer::sum);
                        }
                        assertFalse(card.inUse(), "the card is given back");
                    }
                });
        assertTrue(well.get() > 0, "some spoiling does no harm");
        assertEquals(
                Set.of(),
                others(seen.keySet()),
                "the card may not be believed, not written, or not have what was asked for");
        assertTrue(seen.keySet().contains(Problem.READ_BACK_DIFFERS));
    }

    @Test
    void a_pin_called_wrong_before_a_signature_is_never_presented_again() {
        VirtualCard card = Cards.made(KeyAlgorithm.P_256);
        AtomicInteger presented = new AtomicInteger();
        try (CardSession session =
                PivCards.open(
                        new OtherReader(() -> new WrongSecondPin(card.connect(), presented)))) {
            verify(session, RIGHT);
            var signer = session.signer(KeySlot.DIGITAL_SIGNATURE);
            for (int i = 0; i < 3; i++) {
                CardException refused =
                        assertThrows(CardException.class, () -> signer.sign(new byte[] {1}));
                assertEquals(Problem.PIN_WRONG, refused.problem());
            }
            assertEquals(2, presented.get());
        }
    }

    private static Set<Problem> others(Set<Problem> seen) {
        EnumSet<Problem> others = EnumSet.copyOf(seen);
        others.removeAll(
                EnumSet.of(
                        Problem.CARD_ANSWER_INVALID,
                        Problem.CARD_NOT_WRITABLE,
                        Problem.READ_BACK_DIFFERS,
                        Problem.SECOND_SECRET_NEEDED,
                        Problem.KEY_NOT_REPLACEABLE,
                        Problem.CARD_FULL));
        return others;
    }

    /// Uses everything; what needs a PIN only with one.
    private static void live(CardSession session) {
        if (!verify(session, RIGHT).equals(new PinOutcome.Verified())) {
            return;
        }
        for (KeySlot slot : KeySlot.values()) {
            if (session.certificate(slot).isPresent()) {
                session.signer(slot).sign(new byte[] {1});
            }
        }
        Certificate held = session.certificate(KeySlot.DIGITAL_SIGNATURE).orElseThrow();
        session.write(KeySlot.DIGITAL_SIGNATURE, Cards.AUTHORITY.certify(held.publicKey()));
        byte[] cryptogram =
                held.publicKey().getAlgorithm().equals("RSA") ? new byte[256] : new byte[65];
        Arrays.fill(cryptogram, 1, 20, (byte) 5);
        cryptogram[0] = (byte) (cryptogram.length == 65 ? 4 : 0);
        session.decipherer(KeySlot.KEY_MANAGEMENT).decipher(cryptogram);
        session.writeNote(new byte[] {1});
        var _ = session.note();
        var _ = session.pukTriesLeft();
        if (session.abilities().reKeyWays().contains(ReKeyWay.BESIDE)) {
            KeyReplacement replacement =
                    session.replacement(KeySlot.KEY_MANAGEMENT, ReKeyWay.BESIDE);
            Certificate old = session.certificate(KeySlot.KEY_MANAGEMENT).orElseThrow();
            replacement.install(Cards.AUTHORITY.certify(replacement.generate(KeyAlgorithm.P_256)));
            replacement.retire(old);
        }
    }

    private record OtherReader(Supplier<ApduChannel> channel) implements ApduReader {
        @Override
        public String name() {
            return "other";
        }

        @Override
        public boolean cardPresent() {
            return true;
        }

        @Override
        public ApduChannel connect() {
            return channel.get();
        }
    }

    private record WrongSecondPin(ApduChannel real, AtomicInteger presented)
            implements ApduChannel {
        @Override
        public ResponseApdu transmit(CommandApdu command) {
            if (command.ins() == 0x20 && command.data().length > 0) {
                if (presented.incrementAndGet() > 1) {
                    return new ResponseApdu(new byte[0], new StatusWord(0x63C2));
                }
            }
            return real.transmit(command);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /// Leaves some answers whole, so that the spoiled one comes anywhere.
    private static final class Spoiled implements ApduChannel {
        private final ApduChannel real;
        private final Random random;
        private int whole;

        Spoiled(ApduChannel real, Random random, int whole) {
            this.real = real;
            this.random = random;
            this.whole = whole;
        }

        @Override
        public ResponseApdu transmit(CommandApdu command) {
            ResponseApdu answer = real.transmit(command);
            if (whole-- > 0 || random.nextInt(6) > 0) {
                return answer;
            }
            byte[] data = answer.data();
            return switch (random.nextInt(5)) {
                case 0 -> {
                    if (data.length > 0) {
                        data[random.nextInt(data.length)] = (byte) random.nextInt();
                    }
                    yield new ResponseApdu(data, answer.status());
                }
                case 1 ->
                        new ResponseApdu(
                                Arrays.copyOf(data, random.nextInt(data.length + 1)),
                                answer.status());
                case 2 -> {
                    byte[] noise = new byte[random.nextInt(257)];
                    random.nextBytes(noise);
                    yield new ResponseApdu(noise, answer.status());
                }
                case 3 -> new ResponseApdu(data, new StatusWord(random.nextInt(0x10000)));
                default -> new ResponseApdu(data, new StatusWord(0x6100 | random.nextInt(256)));
            };
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
