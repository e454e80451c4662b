// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import perennial.agent.Agent;
import perennial.agent.AgentCommands;
import perennial.agent.AgentSettings;
import perennial.agent.PinEntry;
import perennial.agent.RaTrust;
import perennial.agent.RenewalReport;
import perennial.agent.renewal.CardRenewals;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.cli.sweep.SweepCase.Fault;
import perennial.cli.sweep.SweepCase.Place;
import perennial.cli.sweep.SweepCase.RenewalMode;
import perennial.cli.sweep.SweepCase.TokenKind;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalKind;
import perennial.protocol.http.MessageExchange;

/// One kind of renewal on one kind of token: counts its places, then breaks a renewal at each and
/// has the next start finish it. Safe for use by many threads.
final class Sweep {
    static final URI ORIGIN = URI.create("http://localhost:1");

    private final TokenKind token;
    private final RenewalMode mode;
    private final Tokens maker;
    private final SweepAuthority authority;
    private final Path folder;
    private final Optional<Agreement> others;
    private final Clock clock;
    private final SecureRandom random;

    /// @param usable whether every certificate worked right after the break
    /// @param lost what is wrong at the end; empty when nothing is
    record Result(SweepCase tried, boolean broke, boolean usable, List<String> lost) {}

    Sweep(
            TokenKind token,
            RenewalMode mode,
            Tokens maker,
            SweepAuthority authority,
            Path folder,
            Optional<Agreement> others,
            Clock clock,
            SecureRandom random) {
        this.token = token;
        this.mode = mode;
        this.maker = maker;
        this.authority = authority;
        this.folder = folder;
        this.others = others;
        this.clock = clock;
        this.random = random;
    }

    /// Every case of this kind, from the places that an undisturbed renewal passes.
    ///
    /// @throws IllegalStateException when even that one fails
    List<SweepCase> cases() {
        Breaker breaker = new Breaker();
        Path home = folder.resolve("undisturbed");
        try (SweptToken whole = maker.make(mode, breaker)) {
            int room = whole.room();
            breaker.arm(new SweepCase(token, mode, Place.CARD, 0, Fault.NOT_DELIVERED));
            RenewalReport report = renew(whole, breaker, home);
            List<SweepCase> cases = new ArrayList<>();
            for (Fault fault : Fault.values()) {
                for (int n = 1; n <= breaker.passed(fault.place()); n++) {
                    cases.add(new SweepCase(token, mode, fault.place(), n, fault));
                }
            }
            List<String> complaints = Verdict.complaints(whole, authority, room);
            if (!report.renewed() || !complaints.isEmpty()) {
                throw new IllegalStateException(
                        "an undisturbed renewal (%s, %s) fails: %s %s"
                                .formatted(token, mode, report.problem(), complaints));
            }
            return cases;
        } finally {
            delete(home);
        }
    }

    Result run(SweepCase tried) {
        Breaker breaker = new Breaker();
        Path home = folder.resolve(tried.id().replace('/', '.'));
        Path other = folder.resolve(home.getFileName() + ".other");
        try (SweptToken holder = maker.make(mode, breaker)) {
            int room = holder.room();
            boolean broke;
            if (tried.fault() == Fault.KILLED) {
                broke = maker.kill(holder, mode, tried.number(), home);
            } else {
                breaker.arm(tried);
                attempt(holder, breaker, home);
                broke = breaker.broke();
                breaker.disarm();
            }
            holder.insertAgain();
            boolean usable = Verdict.usable(holder);
            Path now = tried.fault().losesComputer() ? other : home;
            List<String> lost = new ArrayList<>(finish(holder, breaker, now));
            lost.addAll(Verdict.complaints(holder, authority, room));
            others.ifPresent(o -> lost.addAll(o.complaints(holder, signature(holder))));
            if (!broke) {
                lost.add("the place was not reached");
            }
            return new Result(tried, broke, usable, lost);
        } catch (RuntimeException e) {
            return new Result(tried, true, false, List.of(e.toString()));
        } finally {
            delete(home);
            delete(other);
        }
    }

    /// One start, one PIN entry.
    private List<String> finish(SweptToken holder, Breaker breaker, Path home) {
        RenewalReport report;
        try {
            report = renew(holder, breaker, home);
        } catch (RuntimeException e) {
            return List.of("the second start fails: " + e);
        }
        // Whoever asks again after the end is told that it is too early, and that is no loss.
        boolean early =
                report.certificates().stream()
                        .allMatch(c -> c.problem().equals(Optional.of(Problem.TOO_EARLY)));
        List<String> complaints = new ArrayList<>();
        if (!report.renewed() && !early) {
            complaints.add("the second start ends with " + report.problem());
        }
        try (Agent agent = agent(holder, breaker, home)) {
            if (!agent.commands().unfinished().isEmpty()) {
                complaints.add("the journal holds unfinished work");
            }
        }
        return complaints;
    }

    private void attempt(SweptToken holder, Breaker breaker, Path home) {
        try {
            RenewalReport _ = renew(holder, breaker, home);
        } catch (Breaker.Died _) {
            // The end of the process.
        } catch (RuntimeException e) {
            if (!(e instanceof Explained)) {
                throw e;
            }
        }
    }

    private RenewalReport renew(SweptToken holder, Breaker breaker, Path home) {
        char[] characters = holder.pin();
        try (Agent agent = agent(holder, breaker, home)) {
            AgentCommands commands = agent.commands();
            return commands.renew(
                    holder.reader(),
                    ORIGIN,
                    Optional.empty(),
                    PinEntry.of(Pin.of(characters), false),
                    progress -> {});
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private Agent agent(SweptToken holder, Breaker breaker, Path home) {
        MessageExchange direct = authority.endpoint(kind(mode));
        RaTrust trust = new RaTrust(ORIGIN, ORIGIN.resolve("/cmp"), List.of(authority.root()));
        return Agent.commandsOnly(
                new AgentSettings(0, home, List.of(trust)),
                holder.readers(),
                new Agent.Ways(
                        _ -> new BreakingExchange(direct, breaker),
                        journal -> new BreakingJournal(journal, home, breaker),
                        new CardRenewals.Timing(clock, Thread::sleep)),
                random);
    }

    /// The certificate that the signature slot has now.
    private static Certificate signature(SweptToken token) {
        try (CardSession session = token.look()) {
            return session.certificate(KeySlot.DIGITAL_SIGNATURE).orElseThrow();
        }
    }

    static RenewalKind kind(RenewalMode mode) {
        return mode == RenewalMode.SAME_KEY ? RenewalKind.RENEWAL : RenewalKind.RE_KEY;
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
