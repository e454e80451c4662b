// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Predicate;

/// Those that are open, those that have waited longest first. There is always room for one more:
/// whoever keeps connections open without finishing a request keeps nobody else out, and whoever may
/// not speak, or says nothing, goes before those who may. Safe for use by many threads.
final class Connections {
    private final int most;
    private final SequencedSet<Connection> open = new LinkedHashSet<>();

    Connections(int most) {
        this.most = most;
    }

    /// Takes it in; when there are too many, one has to go: of those that are not admitted the one
    /// that has waited longest, else of all.
    ///
    /// @return false when a service is at work for every single one
    synchronized boolean add(Connection connection) {
        if (open.size() >= most) {
            Optional<Connection> leaving =
                    oldest(c -> !c.isAdmitted()).or(() -> oldest(c -> !c.answering()));
            if (leaving.isEmpty()) {
                return false;
            }
            open.remove(leaving.get());
            leaving.get().close();
        }
        open.addLast(connection);
        return true;
    }

    private Optional<Connection> oldest(Predicate<Connection> which) {
        return open.stream().filter(which).findFirst();
    }

    /// It begins to wait, for a request or for the rest of one.
    synchronized void waits(Connection connection) {
        if (open.remove(connection)) {
            open.addLast(connection);
        }
    }

    synchronized void remove(Connection connection) {
        open.remove(connection);
    }

    synchronized List<Connection> all() {
        return List.copyOf(open);
    }
}
