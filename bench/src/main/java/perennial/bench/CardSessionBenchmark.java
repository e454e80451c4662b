// SPDX-License-Identifier: Apache-2.0
package perennial.bench;

import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import perennial.card.CardSession;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.card.piv.PivCards;
import perennial.core.certificate.CardNumber;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// What a session costs beside the card's own time for its first command.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class CardSessionBenchmark {
    private static final byte[] PIV = {(byte) 0xA0, 0, 0, 3, 8, 0, 0, 16, 0};

    private final VirtualReaders readers = new VirtualReaders(1);
    private final ApduReader reader = readers.list().getFirst();

    public CardSessionBenchmark() {}

    @Setup
    public void insertCard() {
        Personalisation holder =
                new Personalisation(
                        new CardNumber("0088111212047781"),
                        "246810".toCharArray(),
                        "86420135".toCharArray());
        readers.insert(reader.name(), VirtualCard.create(holder, new SecureRandom()));
    }

    /// The limit: reset and SELECT, nothing else.
    @Benchmark
    public ResponseApdu card_selects_its_application() {
        try (ApduChannel channel = reader.connect()) {
            return channel.transmit(new CommandApdu(0, 0xA4, 4, 0, PIV, 256));
        }
    }

    /// Reset, SELECT, and the card's number read and checked.
    @Benchmark
    public CardNumber session_opens_and_names_the_card() {
        try (CardSession session = PivCards.open(reader)) {
            return session.cardNumber();
        }
    }
}
