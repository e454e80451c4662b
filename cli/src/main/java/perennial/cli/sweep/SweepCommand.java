// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import perennial.card.pcsc.PcscReaders;
import perennial.cli.Console;
import perennial.cli.Failure;
import perennial.cli.sweep.SweepCase.RenewalMode;
import perennial.cli.sweep.SweepCase.TokenKind;
import perennial.core.advice.Problem;
import perennial.virtualcard.VpcdReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `perennial sweep`: shows that nobody ever loses a working card.
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description = {
            "Breaks renewals wherever they can break and counts what is lost.",
            "At every command to the card, every message and every fact of the journal, in every",
            "way it can break; the next start has to finish it with one PIN entry. Uses throw-away",
            "cards and authorities; takes minutes."
        })
public final class SweepCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "same-key, re-key-beside, re-key-in-place; default: all")
    private List<String> modes = List.of();

    @Option(names = "--token", paramLabel = "TOKEN", description = "piv, pkcs11; default: all")
    private List<String> tokens = List.of();

    @Option(
            names = "--every",
            paramLabel = "N",
            description = "try every n-th case only; default: ${DEFAULT-VALUE}")
    private int every = 1;

    @Option(
            names = "--case",
            paramLabel = "ID",
            description = "try this case only, as the list names it")
    private List<String> only = List.of();

    @Option(names = "--list", description = "list the cases, try none")
    private boolean listing;

    @Option(
            names = "--vpcd",
            paramLabel = "HOST:PORT",
            description = {
                "put the cards into this slot of the system's pcscd (vpcd's first:"
                        + " localhost:35963),",
                "and have OpenSC and SunPKCS11 look at each card as well"
            })
    private Optional<String> vpcd = Optional.empty();

    @Option(
            names = "--reader",
            paramLabel = "NAME",
            description = "with --vpcd: the slot's name; default: ${DEFAULT-VALUE}")
    private String reader = "Virtual PCD 00 00";

    @Option(names = "--json", description = "the result as one JSON document, with every case")
    private boolean json;

    public SweepCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path folder = temporaryFolder();
        SecureRandom random = new SecureRandom();
        Report report = new Report();
        try (SweepAuthority authority = new SweepAuthority(folder, Clock.systemUTC(), random)) {
            if (vpcd.isPresent()) {
                try (VpcdReader slot = new VpcdReader(address(vpcd.get()))) {
                    CardPlace place =
                            new CardPlace.Pcscd(slot, PcscReaders.ofThisComputer(), reader);
                    Surroundings surroundings =
                            new Surroundings(
                                    authority, folder, Optional.of(new Agreement(folder)), random);
                    sweep(TokenKind.PIV, surroundings, () -> place, report);
                }
            } else {
                Surroundings surroundings =
                        new Surroundings(authority, folder, Optional.empty(), random);
                for (TokenKind token : TokenKind.values()) {
                    if (chosen(tokens, token)) {
                        sweep(token, surroundings, CardPlace::virtual, report);
                    }
                }
            }
        } finally {
            Sweep.delete(folder);
        }
        return report.conclude();
    }

    /// @param others whether other people's software looks too
    private record Surroundings(
            SweepAuthority authority,
            Path folder,
            Optional<Agreement> others,
            SecureRandom random) {}

    private void sweep(
            TokenKind token, Surroundings around, Supplier<CardPlace> places, Report report) {
        try (Victims victims = new Victims(around.authority(), around.folder());
                Tokens maker =
                        Tokens.of(
                                token,
                                around.authority(),
                                around.folder(),
                                places,
                                victims,
                                around.random())) {
            for (RenewalMode mode : RenewalMode.values()) {
                if (!chosen(modes, mode)) {
                    continue;
                }
                Sweep sweep =
                        new Sweep(
                                token,
                                mode,
                                maker,
                                around.authority(),
                                around.folder(),
                                around.others(),
                                Clock.systemUTC(),
                                around.random());
                List<SweepCase> wanted = wanted(sweep.cases());
                if (listing) {
                    wanted.forEach(one -> console.say("%s", one.id()));
                } else {
                    run(sweep, wanted, report);
                }
            }
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    text.substring(0, Math.max(colon, 0)),
                    Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, "expected HOST:PORT, got " + text, e);
        }
    }

    private List<SweepCase> wanted(List<SweepCase> cases) {
        List<SweepCase> wanted = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            if (only.isEmpty() ? i % every == 0 : only.contains(cases.get(i).id())) {
                wanted.add(cases.get(i));
            }
        }
        return wanted;
    }

    /// One reader for all takes one card at a time.
    private void run(Sweep sweep, List<SweepCase> cases, Report report) {
        try (ExecutorService workers =
                Executors.newFixedThreadPool(
                        vpcd.isPresent() ? 1 : Runtime.getRuntime().availableProcessors())) {
            for (SweepCase one : cases) {
                workers.execute(() -> report.add(sweep.run(one)));
            }
        }
    }

    /// Counts, and says what is lost as soon as it is.
    private final class Report {
        private final List<Object> cases = new ArrayList<>();
        private final Map<String, Integer> byKind = new LinkedHashMap<>();
        private int usable;
        private int lost;

        synchronized void add(Sweep.Result result) {
            SweepCase tried = result.tried();
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("case", tried.id());
            one.put("usableAtOnce", result.usable());
            one.put("recovered", result.lost().isEmpty());
            if (!result.lost().isEmpty()) {
                one.put("lost", result.lost());
                lost++;
                if (!json) {
                    console.say("%s %s", tried.id(), String.join("; ", result.lost()));
                }
            }
            usable += result.usable() ? 1 : 0;
            cases.add(one);
            byKind.merge(
                    "%s %s".formatted(SweepCase.word(tried.token()), SweepCase.word(tried.mode())),
                    1,
                    Integer::sum);
        }

        int conclude() {
            if (listing) {
                return 0;
            }
            if (json) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("tried", cases.size());
                document.put("recovered", cases.size() - lost);
                document.put("lost", lost);
                document.put("usableAtOnce", usable);
                document.put("byKind", byKind);
                document.put("cases", cases);
                console.say(
                        "%s",
                        JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build()
                                .writeValueAsString(document));
            } else {
                byKind.forEach((kind, count) -> console.say("%-24s %d", kind, count));
                console.say(
                        "sweep: %d cases, recovered %d, lost %d (usable at once: %d)",
                        cases.size(), cases.size() - lost, lost, usable);
            }
            return lost == 0 && !cases.isEmpty() ? 0 : Console.FAILED;
        }
    }

    private static boolean chosen(List<String> words, Enum<?> value) {
        return words.isEmpty() || words.contains(SweepCase.word(value));
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("perennial-sweep-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
