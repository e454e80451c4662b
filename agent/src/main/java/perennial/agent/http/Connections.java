// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// Those that are open, those that have waited longest first. There is always room for one more:
/// whoever keeps connections open without finishing a request keeps nobody else out. Safe for use
/// by many threads.
final class Connections {
    private final int most;
    private final SequencedSet<Connection> open = new LinkedHashSet<>();

    Connections(int most) {
        this.most = most;
    }

    /// Takes it in; when there are too many, the one that has waited longest has to go.
    ///
    /// @return false when a service is at work for every single one
    synchronized boolean add(Connection connection) {
        if (open.size() >= most) {
            Optional<Connection> oldest = open.stream().filter(c -> !c.answering()).findFirst();
            if (oldest.isEmpty()) {
                return false;
            }
            open.remove(oldest.get());
            oldest.get().close();
        }
        open.addLast(connection);
        return true;
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
