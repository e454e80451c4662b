// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import perennial.cli.Console;
import perennial.cli.Perennial;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial ca serve`.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the authorities of a settings file: OCSP, CRLs, CMP, EST, REST, health, metrics.",
            "Ctrl-C stops it when the last requests are answered."
        })
public final class CaServeCommand implements Runnable {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "the settings (docs/serve.md)")
    private Path file = Path.of("");

    @Option(names = "--check", description = "only read the settings")
    private boolean check;

    /// For the launcher.
    public CaServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        ServeSettings settings = ServeSettings.read(file);
        if (check) {
            settings.authorities()
                    .forEach(authority -> console.say("%s", authority.settings().name()));
            return;
        }
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(asked, stopped)));
        try (AuthorityService.Running running =
                AuthorityService.start(
                        settings,
                        Perennial.VERSION,
                        console,
                        Clock.systemUTC(),
                        new SecureRandom())) {
            running.addresses()
                    .forEach(address ->
                            console.say(
                                    "%s %s", console.choose("憑證管理中心執行中", "authority"), address));
            asked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }

    private static void stop(CountDownLatch asked, CountDownLatch stopped) {
        asked.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
