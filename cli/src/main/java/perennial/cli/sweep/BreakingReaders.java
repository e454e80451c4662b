// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.card.apdu.StatusWord;
import perennial.cli.sweep.SweepCase.Fault;
import perennial.cli.sweep.SweepCase.Place;
import perennial.core.advice.Problem;

/// Readers whose cards lose contact at the APDU that the breaker names.
record BreakingReaders(ApduReaders readers, Breaker breaker) implements ApduReaders {
    /// No precise diagnosis (ISO/IEC 7816-4 5.6).
    private static final StatusWord NO_DIAGNOSIS = new StatusWord(0x6F00);

    @Override
    public List<ApduReader> list() {
        return readers.list().stream()
                .<ApduReader>map(r -> new BreakingReader(r, breaker))
                .toList();
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        return readers.awaitChange(atMost);
    }

    private record BreakingReader(ApduReader reader, Breaker breaker) implements ApduReader {
        @Override
        public String name() {
            return reader.name();
        }

        @Override
        public boolean cardPresent() {
            return reader.cardPresent();
        }

        @Override
        public ApduChannel connect() {
            return new BreakingChannel(reader.connect(), breaker);
        }
    }

    private static final class BreakingChannel implements ApduChannel {
        private final ApduChannel channel;
        private final Breaker breaker;
        private boolean dead;

        BreakingChannel(ApduChannel channel, Breaker breaker) {
            this.channel = channel;
            this.breaker = breaker;
        }

        @Override
        public Optional<byte[]> atr() {
            return channel.atr();
        }

        @Override
        public ResponseApdu transmit(CommandApdu command) {
            if (dead) {
                throw new CardException(Problem.CARD_REMOVED, "no contact");
            }
            Optional<Fault> fault = breaker.pass(Place.CARD);
            if (fault.isEmpty()) {
                return channel.transmit(command);
            }
            return switch (fault.get()) {
                case NOT_DELIVERED -> throw lost(Problem.CARD_REMOVED);
                case READER_ERROR -> throw lost(Problem.CARD_MUTE);
                case WRONG_STATUS -> new ResponseApdu(new byte[0], NO_DIAGNOSIS);
                default -> {
                    ResponseApdu _ = channel.transmit(command);
                    throw lost(Problem.CARD_REMOVED);
                }
            };
        }

        private CardException lost(Problem problem) {
            dead = true;
            channel.close();
            return new CardException(problem, "broken by the sweep");
        }

        @Override
        public void close() {
            channel.close();
        }
    }
}
