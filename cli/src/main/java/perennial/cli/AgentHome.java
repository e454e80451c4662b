// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import perennial.agent.AgentSettings;
import perennial.agent.RaTrust;
import perennial.core.advice.Problem;
import picocli.CommandLine.Option;

/// Which registration authority an agent trusts, and where it keeps its journal.
final class AgentHome {
    @Option(
            names = "--ra",
            required = true,
            paramLabel = "URL",
            description = "the registration authority's origin")
    private URI ra = URI.create("http://localhost");

    @Option(
            names = "--trust",
            required = true,
            paramLabel = "FILE",
            description =
                    "certificate of the authority that the registration authority's answers must"
                            + " lead to")
    private Path trust = Path.of("");

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "the agent's journal; default: ~/.local/state/perennial/agent")
    private Optional<Path> home = Optional.empty();

    URI registrationAuthority() {
        return ra;
    }

    Path directory() {
        return home.orElseGet(AgentHome::standard);
    }

    AgentSettings settings(int port) {
        try {
            RaTrust trusted = new RaTrust(ra, ra.resolve("/.well-known/cmp"), PemFiles.read(trust));
            return new AgentSettings(port, directory(), List.of(trusted));
        } catch (IllegalArgumentException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    static Path standard() {
        return Path.of(System.getProperty("user.home"), ".local", "state", "perennial", "agent");
    }
}
