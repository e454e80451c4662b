// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.OptionalInt;
import perennial.card.CardReaders;

/// The component on the holder's computer, running.
public final class Agent implements AutoCloseable {
    /// What the pages are told.
    public static final String VERSION = "0.1.0";

    private Agent() {}

    /// Opens the loopback port and begins to watch the readers.
    ///
    /// @throws AgentException PORT_TAKEN, or JOURNAL_NOT_WRITABLE when the home folder cannot be
    ///   used
    public static Agent start(
            AgentSettings settings, CardReaders readers, Clock clock, SecureRandom random) {
        throw new UnsupportedOperationException();
    }

    /// The same without port and watching, for a single command; another agent may be running on
    /// the same home folder.
    public static Agent commandsOnly(
            AgentSettings settings, CardReaders readers, Clock clock, SecureRandom random) {
        throw new UnsupportedOperationException();
    }

    public AgentCommands commands() {
        throw new UnsupportedOperationException();
    }

    /// The loopback port; empty without one.
    public OptionalInt port() {
        throw new UnsupportedOperationException();
    }

    /// Closes the port and lets a running renewal come to its next safe point.
    @Override
    public void close() {}
}
