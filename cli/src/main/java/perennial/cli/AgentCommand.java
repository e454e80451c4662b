// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import perennial.agent.Agent;
import perennial.agent.AgentSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `perennial agent`: the component on the holder's computer, until Ctrl-C.
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Runs the component that pages speak to, on localhost.")
final class AgentCommand implements Runnable {
    private final Console console;

    @Mixin private AgentHome home = new AgentHome();

    @Mixin private ReaderOptions readers = new ReaderOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "0 for a free one; default: as configured, else " + AgentSettings.DEFAULT_PORT)
    private Optional<Integer> port = Optional.empty();

    AgentCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        CountDownLatch asked = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(asked::countDown));
        try (var open = readers.open(home.directory());
                Agent agent =
                        Agent.start(
                                home.settings(port),
                                open.readers(),
                                Clock.systemUTC(),
                                new SecureRandom())) {
            console.say(
                    "%s http://localhost:%d",
                    console.choose("元件執行中", "agent"), agent.port().orElse(0));
            asked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
