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
        return readers.list().stream().map(reader -> reader.opening(() -> open(reader))).toList();
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        return readers.awaitChange(atMost);
    }

    private CardSession open(CardReader reader) {
        Semaphore turn = turns.computeIfAbsent(reader.name(), _ -> new Semaphore(1, true));
        await(turn, reader.name());
        try {
            return new QueuedSession(reader.open(), turn);
        } catch (RuntimeException e) {
            turn.release();
            throw e;
        }
    }

    private void await(Semaphore turn, String name) {
        try {
            if (!turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CardException(Problem.CARD_IN_USE, "by this agent: " + name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CardException(Problem.CARD_IN_USE, "interrupted: " + name, e);
        }
    }
}
