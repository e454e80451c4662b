// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import perennial.card.CardException;
import perennial.card.CardReader;
import perennial.card.CardReaders;
import perennial.card.CardSession;
import perennial.core.advice.Problem;

/// Readers whose cards this process takes in turn: a card belongs to one connection at a time, and
/// two questions of one window must not tell each other that the card is in use.
final class QueuedReaders implements CardReaders {
    private final CardReaders readers;
    private final Duration patience;
    private final Map<String, Semaphore> turns = new ConcurrentHashMap<>();

    /// @param patience how long to wait for a turn before the card counts as in use
    QueuedReaders(CardReaders readers, Duration patience) {
        this.readers = readers;
        this.patience = patience;
    }

    @Override
    public List<CardReader> list() {
        return readers.list().stream().<CardReader>map(QueuedReader::new).toList();
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        return readers.awaitChange(atMost);
    }

    private final class QueuedReader implements CardReader {
        private final CardReader reader;

        QueuedReader(CardReader reader) {
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
            Semaphore turn = turns.computeIfAbsent(name(), _ -> new Semaphore(1, true));
            await(turn);
            try {
                return new QueuedSession(reader.open(), turn);
            } catch (RuntimeException e) {
                turn.release();
                throw e;
            }
        }

        private void await(Semaphore turn) {
            try {
                if (!turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new CardException(Problem.CARD_IN_USE, "by this agent: " + name());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CardException(Problem.CARD_IN_USE, "interrupted: " + name(), e);
            }
        }
    }
}
