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
        return readers.list().stream()
                .map(reader -> reader.opening(() -> counted(reader)))
                .toList();
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        return readers.awaitChange(atMost);
    }

    private CardSession counted(CardReader reader) {
        opened.incrementAndGet();
        return reader.open();
    }
}
