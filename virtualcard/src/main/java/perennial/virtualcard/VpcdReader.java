// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A reader that every PC/SC program sees: one slot of vpcd, the virtual reader driver of Debian's
/// pcscd (vsmartcard). A card that is in it stays in it while pcscd stops and starts again. Safe
/// for use by many threads.
///
/// vpcd listens on all interfaces: whoever reaches its port can put a card into the reader before
/// we do. What goes over the connection is what goes over a card's contacts, the PIN included, so
/// it belongs on this computer.
public final class VpcdReader implements AutoCloseable {
    /// The port of vpcd's first slot; the second's is the next.
    public static final int DEFAULT_PORT = 35963;

    /// pcscd looks for the card every 400 ms. One that is back sooner has never been away for it,
    /// or, if something else asked in between, is never seen again.
    private static final Duration OUT = Duration.ofMillis(600);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final InetSocketAddress vpcd;
    private final Thread thread;
    private @Nullable ChipCard card;
    private @Nullable VpcdConnection connection;
    private long outSince = System.nanoTime() - OUT.toNanos();
    private boolean closed;

    /// Waits for vpcd as long as it takes.
    ///
    /// @param vpcd where vpcd listens
    public VpcdReader(InetSocketAddress vpcd) {
        this.vpcd = vpcd;
        this.thread = Thread.ofPlatform().daemon().name("vpcd").unstarted(this::serve);
        thread.start();
    }

    /// Puts the card into the reader; pcscd notices within a second.
    ///
    /// @throws IllegalStateException when a card is in it
    public synchronized void insert(ChipCard inserted) {
        if (card != null || closed) {
            throw new IllegalStateException("the reader holds a card or is closed");
        }
        card = inserted;
        notifyAll();
    }

    /// Pulls the card out, in the middle of whatever it does. Empty when there is none.
    public synchronized Optional<ChipCard> eject() {
        ChipCard pulled = card;
        card = null;
        if (connection != null) {
            connection.close();
        }
        return Optional.ofNullable(pulled);
    }

    /// Whether a card is in it.
    public synchronized boolean cardPresent() {
        return card != null;
    }

    /// Waits until vpcd has been reached and has taken the card.
    ///
    /// @return whether it has before the time was over
    public synchronized boolean awaitConnection(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toMillis();
                connection == null && left > 0;
                left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return connection != null;
    }

    /// Pulls the card out for good.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            Optional<ChipCard> _ = eject();
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        try {
            for (Optional<ChipCard> next = awaitCard(); next.isPresent(); next = awaitCard()) {
                contact(next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whatever ends the contact, the card has been out for a while then.
    private void contact(ChipCard inserted) throws InterruptedException {
        try (VpcdConnection contact = new VpcdConnection(vpcd, inserted)) {
            if (attached(contact, inserted)) {
                contact.serve();
            }
        } catch (IOException e) {
            // pcscd does not run yet, or has stopped: it will be tried again.
            Thread.sleep(BETWEEN_TRIES);
        } finally {
            detached();
        }
    }

    private synchronized boolean attached(VpcdConnection contact, ChipCard inserted) {
        if (!inserted.equals(card)) {
            return false;
        }
        connection = contact;
        notifyAll();
        return true;
    }

    private synchronized void detached() {
        if (connection != null) {
            connection = null;
            outSince = System.nanoTime();
        }
    }

    /// The card that is in the reader, once it has been out long enough; empty when closed.
    private synchronized Optional<ChipCard> awaitCard() throws InterruptedException {
        while (!closed) {
            long out = OUT.toMillis() - (System.nanoTime() - outSince) / 1_000_000;
            if (card != null && out <= 0) {
                return Optional.of(card);
            }
            wait(card == null ? 0 : out);
        }
        return Optional.empty();
    }
}
