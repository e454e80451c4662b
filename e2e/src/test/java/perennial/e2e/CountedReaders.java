// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import perennial.card.CardReader;
import perennial.card.CardReaders;
import perennial.card.CardSession;

/// Readers that count how often somebody takes a card.
final class CountedReaders implements CardReaders {
    private final CardReaders readers;
    private final AtomicInteger opened = new AtomicInteger();

    CountedReaders(CardReaders readers) {
        this.readers = readers;
    }

    int opened() {
        return opened.get();
    }

    @Override
    public List<CardReader> list() {
        return readers.list().stream().<CardReader>map(Counted::new).toList();
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        return readers.awaitChange(atMost);
    }

    private final class Counted implements CardReader {
        private final CardReader reader;

        Counted(CardReader reader) {
            this.reader = reader;
        }

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
            opened.incrementAndGet();
            return reader.open();
        }
    }
}
