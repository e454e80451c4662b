// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.time.Duration;
import perennial.card.CardReaders;

/// One thread that watches the readers for all windows, and counts the changes. Safe for use by
/// many threads.
public final class ReaderWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ReaderWatch.class.getName());
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Duration ROUND = Duration.ofSeconds(20);

    private final CardReaders readers;
    private final Runnable onChange;
    private final Thread thread;
    private long changes;

    /// @param onChange called once at the start and after every change, by the watching thread
    public ReaderWatch(CardReaders readers, Runnable onChange) {
        this.readers = readers;
        this.onChange = onChange;
        this.thread = Thread.ofVirtual().name("readers").unstarted(this::watch);
    }

    public void start() {
        thread.start();
    }

    synchronized long changes() {
        return changes;
    }

    /// Waits for a change after the one given.
    ///
    /// @return the number of the latest
    synchronized long after(long seen, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toMillis();
                changes <= seen && left > 0;
                left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return changes;
    }

    private void watch() {
        try {
            onChange.run();
            while (!Thread.currentThread().isInterrupted()) {
                round();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() throws InterruptedException {
        try {
            if (readers.awaitChange(ROUND)) {
                synchronized (this) {
                    changes++;
                    notifyAll();
                }
                onChange.run();
            }
        } catch (RuntimeException e) {
            // The thread's edge: the card service may come back.
            LOG.log(System.Logger.Level.WARNING, "the readers cannot be watched", e);
            Thread.sleep(AFTER_FAILURE);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
