// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Closes connections on which no whole request has arrived in time, counted from their opening,
/// TLS handshake included, and again from each answer. An idle time-out alone is kept away by one
/// octet every now and then.
final class RequestDeadline implements Connection.Listener {
    private static final String TASK = RequestDeadline.class.getName();

    private final Scheduler scheduler;
    private final Duration within;

    RequestDeadline(Scheduler scheduler, Duration within) {
        this.scheduler = scheduler;
        this.within = within;
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData http) {
            arm(http);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof ConnectionMetaData http) {
            disarm(http);
        }
    }

    /// The request is here, body included.
    static void arrived(Request request) {
        disarm(request.getConnectionMetaData());
    }

    /// The answer is on its way; the next request may begin.
    void answered(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        if (connection.getConnection().getEndPoint().isOpen()) {
            arm(connection);
        }
    }

    private void arm(ConnectionMetaData connection) {
        Scheduler.Task task =
                scheduler.schedule(
                        () -> connection.getConnection().getEndPoint().close(),
                        within.toMillis(),
                        TimeUnit.MILLISECONDS);
        cancel(connection.setAttribute(TASK, task));
    }

    private static void disarm(ConnectionMetaData connection) {
        cancel(connection.removeAttribute(TASK));
    }

    private static void cancel(@Nullable Object before) {
        if (before instanceof Scheduler.Task task) {
            task.cancel();
        }
    }
}
