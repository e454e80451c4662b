// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import perennial.agent.tools.CardDoor;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.PinPolicyFile;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The card that a tool works with, and the rules for its new PIN.
final class CardToolOptions {
    @Mixin private ReaderOptions readers = new ReaderOptions();

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description =
                    "the agent's folder, for its pin-policy; default:"
                            + " ~/.local/state/perennial/agent")
    private Optional<Path> home = Optional.empty();

    /// To be closed after use.
    Opened open() {
        ReaderOptions.OpenReaders open = readers.open();
        try {
            CardTools tools =
                    new CardTools(
                            CardDoor.of(open.readers()),
                            PinPolicyFile.read(folder()),
                            Clock.systemUTC());
            return new Opened(tools, readers.name(open.readers()), open);
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    /// The agent's folder.
    Path folder() {
        return home.orElseGet(AgentHome::standard);
    }

    /// @param reader the name of the reader to work with
    record Opened(CardTools tools, String reader, ReaderOptions.OpenReaders readers)
            implements AutoCloseable {
        @Override
        public void close() {
            readers.close();
        }
    }
}
