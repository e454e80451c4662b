// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Closes channels whose time is over. Blocking channels know no time of their own. Safe for use by
/// many threads.
final class Deadlines implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Deadlines.class.getName());

    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("deadlines").factory());

    Deadlines() {
        clock.setRemoveOnCancelPolicy(true);
    }

    /// One that is kept by being closed.
    interface Deadline extends AutoCloseable {
        @Override
        void close();
    }

    /// @throws ClosedChannelException when the listener is closed: then every channel is
    Deadline close(SocketChannel channel, Duration after) throws ClosedChannelException {
        try {
            Future<?> closing =
                    clock.schedule(() -> over(channel), after.toMillis(), TimeUnit.MILLISECONDS);
            return () -> closing.cancel(false);
        } catch (RejectedExecutionException e) {
            ClosedChannelException closed = new ClosedChannelException();
            closed.initCause(e);
            throw closed;
        }
    }

    private static void over(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a channel was not closed", e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
