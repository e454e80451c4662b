// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import perennial.card.CardReader;
import perennial.card.CardReaders;
import perennial.card.CardSession;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;

/// Readers for PIV cards alone.
///
/// @param random for the challenges that the cards answer
public record PivReaders(ApduReaders readers, SecureRandom random) implements CardReaders {
    @Override
    public List<CardReader> list() {
        return readers.list().stream().<CardReader>map(r -> new PivReader(r, random)).toList();
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        return readers.awaitChange(atMost);
    }

    private record PivReader(ApduReader reader, SecureRandom random) implements CardReader {
        @Override
        public String name() {
            return reader.name();
        }

        @Override
        public boolean cardPresent() {
            return reader.cardPresent();
        }

        @Override
        public CardSession open() {
            return PivCards.open(reader, random);
        }
    }
}
