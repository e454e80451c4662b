// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import perennial.agent.AgentSettings;
import perennial.cli.Console;
import perennial.cli.Failure;
import perennial.cli.RunningDemo;
import perennial.core.advice.Problem;
import perennial.core.renewal.RenewalKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// `perennial demo`: the whole system on embedded defaults.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a throw-away authority, its status service, the portal, the agent and a virtual"
                    + " card.",
            "Ctrl-C stops it and removes its state."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8480;

    private final Console console;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "keep the state in DIR and continue with it next time")
    private Optional<Path> keep = Optional.empty();

    @Option(
            names = "--headless",
            description = "renew through the agent's command-line door, then end")
    private boolean headless;

    @Option(names = "--json", description = "with --headless: the result as one JSON document")
    private boolean json;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "the portal's port, 0 for a free one; a kept demo keeps its port; default: "
                            + DEFAULT_PORT)
    private Optional<Integer> port = Optional.empty();

    @Option(
            names = "--agent-port",
            paramLabel = "PORT",
            description =
                    "the agent's port, 0 for a free one; default: " + AgentSettings.DEFAULT_PORT)
    private int agentPort = AgentSettings.DEFAULT_PORT;

    @Option(
            names = "--no-agent",
            description =
                    "start none: the one at the agent's port is used, with the card's file that is"
                            + " printed (perennial agent --virtual-card FILE)")
    private boolean noAgent;

    @Option(
            names = "--pace",
            paramLabel = "MILLIS",
            description =
                    "with --headless: wait so long after each step, to watch it or to pull the"
                            + " plug")
    private long pace;

    @Option(
            names = "--card-delay",
            paramLabel = "MILLIS",
            description = "let each command to the card take so long, as on real cards; default: 0")
    private long cardDelay;

    @Option(
            names = "--policy",
            paramLabel = "KIND",
            converter = PolicyName.class,
            description =
                    "renewal: the same key again; re-key: a new key of the same kind; a kept demo"
                            + " keeps its policy unless told; default: renewal")
    private Optional<RenewalKind> policy = Optional.empty();

    @Option(
            names = "--public-address",
            paramLabel = "URL",
            description =
                    "where browsers find the portal through a reverse proxy of yours, such as"
                            + " https://ra.example; kept as well")
    private Optional<URI> publicAddress = Optional.empty();

    /// `renewal` or `re-key`.
    private static final class PolicyName implements ITypeConverter<RenewalKind> {
        @Override
        public RenewalKind convert(String name) {
            return DemoSettings.policy(name);
        }
    }

    public DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (noAgent && headless) {
            throw new Failure(
                    Problem.CONFIGURATION_INVALID, "--headless renews with the demo's own agent");
        }
        DemoHome home = keep.map(DemoHome::kept).orElseGet(DemoHome::temporary);
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        HeadlessRenewal renewal =
                new HeadlessRenewal(console, clock, json, Duration.ofMillis(pace));
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().unstarted(() -> stopOnSignal(asked, stopped));
        Runtime.getRuntime().addShutdownHook(hook);
        DemoSystem system = null;
        try {
            DemoSettings settings = settings(home);
            int agent = noAgent ? agentPort : Ports.free(agentPort);
            system = DemoSystem.of(home, settings, clock, random);
            DemoSystem.Running running =
                    system.start(agent, Duration.ofMillis(cardDelay), !noAgent);
            RunningDemo.remember(home.folder());
            if (headless) {
                return renewal.run(home, running);
            }
            announce(home, running);
            if (running.agent().isPresent()) {
                Thread.ofVirtual().start(() -> pullOnEnter(running.card()));
            }
            asked.await();
            return 0;
        } catch (RuntimeException e) {
            Problem problem = Console.problemOf(e);
            renewal.failed(problem, Console.detailOf(e));
            return Console.FAILED;
        } finally {
            if (system != null) {
                system.close();
            }
            RunningDemo.forget(home.folder());
            home.leave();
            stopped.countDown();
        }
    }

    /// The virtual machine ends when its hooks have: so this one waits until all is put away.
    private static void stopOnSignal(CountDownLatch asked, CountDownLatch stopped) {
        asked.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Until the input ends.
    private void pullOnEnter(DemoCard card) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (lines.readLine() != null) {
                console.say(
                        "%s",
                        card.toggle()
                                ? console.choose("IC卡已放回讀卡機。", "The card is in the reader.")
                                : console.choose("IC卡已取出。", "The card is out of the reader."));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DemoSettings settings(DemoHome home) {
        if (Files.exists(home.settings())) {
            DemoSettings kept = DemoSettings.read(home);
            Ports.free(kept.portalPort());
            if (policy.isEmpty() && publicAddress.isEmpty()) {
                return kept;
            }
            DemoSettings changed =
                    asked(
                            kept.portalPort(),
                            policy.orElse(kept.policy()),
                            publicAddress.or(kept::address));
            changed.write(home);
            return changed;
        }
        DemoSettings fresh =
                asked(
                        Ports.free(port.orElse(DEFAULT_PORT)),
                        policy.orElse(RenewalKind.RENEWAL),
                        publicAddress);
        fresh.write(home);
        return fresh;
    }

    private static DemoSettings asked(int port, RenewalKind policy, Optional<URI> address) {
        try {
            return new DemoSettings(port, policy, address);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Problem.CONFIGURATION_INVALID, "--public-address: " + e.getMessage(), e);
        }
    }

    private void announce(DemoHome home, DemoSystem.Running running) {
        console.say(
                "%s %s%s",
                console.choose("常青示範系統執行中:", "The Perennial demo is running in"),
                home.folder(),
                home.kept() ? "" : console.choose("(結束時刪除)", " (removed at the end)"));
        line(console.choose("入口網站", "portal"), running.portal());
        line("CMP", running.services() + "/.well-known/cmp");
        line("OCSP", running.services() + "/ocsp");
        line("CRL", running.services() + "/crl/issuing.crl");
        running.agent()
                .ifPresentOrElse(
                        agent ->
                                line(
                                        console.choose("元件", "agent"),
                                        "http://localhost:" + agent.port().orElse(0)),
                        () -> line(console.choose("卡片檔案", "card file"), home.card()));
        line(console.choose("信任根憑證", "trust anchor"), home.rootCertificate());
        line(
                console.choose("讀卡機", "reader"),
                "%s 卡號:[%s]".formatted(running.reader(), running.cardNumber()));
        line("PIN", new String(DemoCard.pin()));
        line("PUK", new String(DemoCard.puk()));
        line(console.choose("用戶代碼", "user code"), running.userCode());
        console.say("");
        console.say("%s  %s/renewal", console.choose("請開啟", "Open"), running.portal());
        console.say(
                "%s",
                running.agent().isPresent()
                        ? console.choose(
                                "按 Enter 取出或放回IC卡；按 Ctrl-C 結束。",
                                "Enter pulls the card out or puts it back; Ctrl-C stops the demo.")
                        : console.choose("按 Ctrl-C 結束。", "Ctrl-C stops the demo."));
    }

    /// A Chinese character is two columns wide.
    private void line(String label, Object value) {
        long columns = label.codePoints().map(c -> Character.isIdeographic(c) ? 2 : 1).sum();
        console.say("  %s%s %s", label, " ".repeat((int) Math.max(0, 12 - columns)), value);
    }
}
