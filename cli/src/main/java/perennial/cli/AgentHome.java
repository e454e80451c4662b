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

/// Which registration authorities an agent trusts, and where it keeps its journal.
final class AgentHome {
    @Option(
            names = "--ra",
            paramLabel = "URL",
            description =
                    "the registration authority's origin; default: what /etc/perennial/agent.conf"
                            + " and agent.conf in the agent's home say")
    private Optional<URI> ra = Optional.empty();

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description =
                    "with --ra: certificate of the authority that the registration authority's"
                            + " answers must lead to")
    private Optional<Path> trust = Optional.empty();

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "the agent's journal; default: ~/.local/state/perennial/agent")
    private Optional<Path> home = Optional.empty();

    /// The one to renew with.
    ///
    /// @throws Failure CONFIGURATION_INVALID when there is none, or more than one to choose from
    URI registrationAuthority() {
        List<RaTrust> known = settings(Optional.of(0)).registrationAuthorities();
        if (known.size() != 1) {
            throw new Failure(
                    Problem.CONFIGURATION_INVALID,
                    known.isEmpty()
                            ? "no registration authority; use --ra and --trust"
                            : "several registration authorities, choose one with --ra: "
                                    + known.stream().map(RaTrust::origin).toList());
        }
        return known.getFirst().origin();
    }

    Path directory() {
        return home.orElseGet(AgentHome::standard);
    }

    /// What the options say, else the configuration.
    ///
    /// @param port empty for the configured one
    /// @throws Failure CONFIGURATION_INVALID, FILE_NOT_USABLE
    AgentSettings settings(Optional<Integer> port) {
        AgentConfiguration configured =
                AgentConfiguration.of(AgentConfiguration.OF_COMPUTER, directory());
        int chosen = port.or(configured::port).orElse(AgentSettings.DEFAULT_PORT);
        try {
            return new AgentSettings(
                    chosen,
                    directory(),
                    asked().map(List::of).orElseGet(configured::authorities),
                    configured.dialectPrefix().orElse(""),
                    configured.dialectAlso(),
                    configured.update());
        } catch (IllegalArgumentException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    /// With `--ra` alone, the configured one of that origin.
    private Optional<RaTrust> asked() {
        if (ra.isEmpty()) {
            if (trust.isPresent()) {
                throw new Failure(Problem.CONFIGURATION_INVALID, "--trust goes with --ra");
            }
            return Optional.empty();
        }
        if (trust.isPresent()) {
            try {
                return Optional.of(AgentConfiguration.trust(ra.get(), trust.get()));
            } catch (IllegalArgumentException e) {
                throw new Failure(Problem.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
            }
        }
        return Optional.of(
                AgentConfiguration.of(AgentConfiguration.OF_COMPUTER, directory())
                        .authorities()
                        .stream()
                        .filter(known -> known.origin().equals(ra.get()))
                        .findFirst()
                        .orElseThrow(() ->
                                new Failure(Problem.CONFIGURATION_INVALID, "--ra needs --trust")));
    }

    static Path standard() {
        return Path.of(System.getProperty("user.home"), ".local", "state", "perennial", "agent");
    }
}
