// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.core.advice.Problem;

/// Virtual readers, into which virtual cards are put by hand. Safe for use by many threads.
public final class VirtualReaders implements ApduReaders {
    private final List<Reader> readers = new ArrayList<>();

    /// What each thread has seen: a change between two of its waits is not lost on it.
    private final ThreadLocal<Integer> seen = new ThreadLocal<>();

    private int changes;

    /// @param count how many readers there are, at most 100
    public VirtualReaders(int count) {
        if (count < 0 || count > 100) {
            throw new IllegalArgumentException("0 to 100 readers, got " + count);
        }
        for (int i = 0; i < count; i++) {
            readers.add(new Reader(name(i)));
        }
    }

    /// The name of a reader by its number, from 0: `Perennial Virtual Reader 00`.
    public static String name(int number) {
        return String.format(Locale.ROOT, "Perennial Virtual Reader %02d", number);
    }

    @Override
    public synchronized List<ApduReader> list() {
        seen.set(changes);
        return List.copyOf(readers);
    }

    @Override
    public synchronized boolean awaitChange(Duration atMost) throws InterruptedException {
        Integer last = seen.get();
        int before = last == null ? changes : last;
        long end = System.nanoTime() + atMost.toNanos();
        while (changes == before) {
            long left = (end - System.nanoTime() + 999_999) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        seen.set(changes);
        return changes != before;
    }

    /// Puts the card into the reader of that name.
    ///
    /// @throws IllegalStateException when a card is in it
    public synchronized void insert(String reader, VirtualCard card) {
        Reader place = find(reader);
        if (place.card != null) {
            throw new IllegalStateException(reader + " holds a card");
        }
        place.card = card;
        changed();
    }

    /// Pulls the card out; an open channel to it is dead from then on. Empty when there is none.
    public synchronized Optional<VirtualCard> eject(String reader) {
        Reader place = find(reader);
        VirtualCard card = place.card;
        place.card = null;
        if (card != null) {
            card.close();
            changed();
        }
        return Optional.ofNullable(card);
    }

    private Reader find(String name) {
        return readers.stream()
                .filter(r -> r.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no reader " + name));
    }

    private void changed() {
        changes++;
        notifyAll();
    }

    private synchronized Optional<VirtualCard> cardIn(Reader reader) {
        return Optional.ofNullable(reader.card);
    }

    private final class Reader implements ApduReader {
        private final String name;
        private @Nullable VirtualCard card;

        Reader(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean cardPresent() {
            return cardIn(this).isPresent();
        }

        @Override
        public ApduChannel connect() {
            return cardIn(this)
                    .orElseThrow(() -> new CardException(Problem.NO_CARD, name))
                    .connect();
        }
    }
}
