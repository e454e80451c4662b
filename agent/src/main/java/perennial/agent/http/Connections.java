// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// Those that are open: those that have not said anything yet, and those that were admitted, each
/// in the order in which they began to wait. There is always room for one more: whoever keeps
/// connections open without finishing a request keeps nobody else out, and whoever says nothing
/// costs those who do no place. Safe for use by many threads.
final class Connections {
    private final Limits limits;
    private final SequencedSet<Connection> silent = new LinkedHashSet<>();
    private final SequencedSet<Connection> admitted = new LinkedHashSet<>();

    Connections(Limits limits) {
        this.limits = limits;
    }

    /// Takes in one of which nothing is known; when there are too many of those, the one that has
    /// waited longest has to go.
    synchronized void add(Connection connection) {
        if (silent.size() >= limits.silent()) {
            silent.removeFirst().close();
        }
        silent.addLast(connection);
    }

    /// Its peer may speak. When there are too many of those, the one that has waited longest has to
    /// go.
    ///
    /// @return false when a service is at work for every single one, or this one was sent away
    synchronized boolean admit(Connection connection) {
        if (!silent.remove(connection)) {
            return false;
        }
        if (admitted.size() >= limits.connections()) {
            Optional<Connection> oldest = admitted.stream().filter(c -> !c.answering()).findFirst();
            if (oldest.isEmpty()) {
                return false;
            }
            admitted.remove(oldest.get());
            oldest.get().close();
        }
        admitted.addLast(connection);
        return true;
    }

    /// It begins to wait, for a request or for the rest of one.
    synchronized void waits(Connection connection) {
        if (admitted.remove(connection)) {
            admitted.addLast(connection);
        }
    }

    synchronized void remove(Connection connection) {
        silent.remove(connection);
        admitted.remove(connection);
    }

    /// Sends away half of those that say nothing: the system has no room for more.
    synchronized void makeRoom() {
        for (int i = (silent.size() + 1) / 2; i > 0; i--) {
            silent.removeFirst().close();
        }
    }

    synchronized List<Connection> all() {
        List<Connection> all = new ArrayList<>(silent);
        all.addAll(admitted);
        return all;
    }
}
