// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.agent.Agent;
import perennial.agent.AgentCommands;
import perennial.agent.PinEntry;
import perennial.agent.RenewalReport;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `perennial renew`: renews a card's certificates from the terminal, or finishes what was begun.
@Command(
        name = "renew",
        mixinStandardHelpOptions = true,
        description = {
            "Renews the certificates of a card, or finishes a renewal that broke off.",
            "The PIN is asked for; it is never an argument."
        })
final class RenewCommand implements Callable<Integer> {
    /// A management key of 32 octets in hexadecimal, and a line end.
    private static final int MAX_SECRET_FILE = 66;

    private final perennial.cli.Console console;

    @Mixin private AgentHome home = new AgentHome();

    @Mixin private ReaderOptions readers = new ReaderOptions();

    @Option(
            names = "--pin-file",
            paramLabel = "FILE",
            description = "read the PIN from this file instead of asking")
    private Optional<Path> pinFile = Optional.empty();

    @Option(names = "--last-try", description = "agree to use the card's last PIN try")
    private boolean lastTry;

    @Option(
            names = "--second-secret-file",
            paramLabel = "FILE",
            description =
                    "read the management key (hexadecimal) or SO PIN from this file, for cards that"
                            + " ask for one to be written")
    private Optional<Path> secondSecretFile = Optional.empty();

    RenewCommand(perennial.cli.Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Clock clock = Clock.systemUTC();
        try (var open = readers.open(home.directory());
                Agent agent =
                        Agent.commandsOnly(
                                home.settings(0), open.readers(), clock, new SecureRandom())) {
            AgentCommands commands = agent.commands();
            String reader = readers.name(open.readers());
            console.say(
                    "%s %d",
                    console.choose("PIN碼剩餘次數", "PIN tries left"),
                    commands.card(reader).triesLeft());
            StepLines steps = new StepLines(clock);
            RenewalReport report =
                    commands.renew(
                            reader,
                            home.registrationAuthority(),
                            Optional.empty(),
                            new PinEntry(pin(), lastTry, secondSecret()),
                            progress ->
                                    steps.of(progress)
                                            .forEach(step -> console.say("step %s", step)));
            return conclude(report);
        }
    }

    private int conclude(RenewalReport report) {
        switch (report.pin()) {
            case PinOutcome.Wrong(int left) ->
                    console.fail(
                            Problem.PIN_WRONG,
                            console.choose("剩餘次數 " + left, "tries left: " + left));
            case PinOutcome.Blocked _ -> console.fail(Problem.PIN_BLOCKED, "");
            case PinOutcome.Verified _ -> {
                if (report.renewed()) {
                    console.say("RENEWED");
                    return 0;
                }
                report.problem().ifPresent(problem -> console.fail(problem, ""));
                report.certificates()
                        .forEach(c ->
                                c.problem()
                                        .ifPresent(problem ->
                                                console.fail(
                                                        problem,
                                                        c.slot() + " " + c.serialNumber())));
            }
        }
        return perennial.cli.Console.FAILED;
    }

    private Pin pin() {
        char[] characters = pinFile.map(RenewCommand::fromFile).orElseGet(this::fromTerminal);
        try {
            return Pin.of(characters);
        } catch (IllegalArgumentException e) {
            throw new Failure(Problem.PIN_FORMAT, "", e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private Optional<char[]> secondSecret() {
        return secondSecretFile.map(RenewCommand::fromFile);
    }

    private char[] fromTerminal() {
        Console terminal =
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .orElseThrow(() ->
                                new Failure(
                                        Problem.FILE_NOT_USABLE,
                                        "no terminal to ask for the PIN; use --pin-file"));
        return Optional.ofNullable(terminal.readPassword("%s", console.choose("PIN碼: ", "PIN: ")))
                .orElseGet(() -> new char[0]);
    }

    /// The file's characters without a line end.
    private static char[] fromFile(Path file) {
        byte[] octets = new byte[0];
        try {
            if (Files.size(file) > MAX_SECRET_FILE) {
                throw new Failure(Problem.PIN_FORMAT, file + " is longer than a secret");
            }
            octets = Files.readAllBytes(file);
            CharBuffer decoded = StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(octets));
            int end = decoded.length();
            while (end > 0 && decoded.get(end - 1) <= ' ') {
                end--;
            }
            char[] characters = Arrays.copyOf(decoded.array(), end);
            Arrays.fill(decoded.array(), '\0');
            return characters;
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": cannot be read", e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}
