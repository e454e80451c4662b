// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
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
    private final Console console;

    @Mixin private AgentHome home = new AgentHome();

    @Mixin private ReaderOptions readers = new ReaderOptions();

    @Option(
            names = "--pin-file",
            paramLabel = "FILE",
            description = "read the PIN from this file; - for a line of standard input")
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

    RenewCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Clock clock = Clock.systemUTC();
        try (var open = readers.open(home.directory());
                Agent agent =
                        Agent.commandsOnly(
                                home.settings(Optional.of(0)),
                                open.readers(),
                                clock,
                                new SecureRandom())) {
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
                            entry(),
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
        return Console.FAILED;
    }

    private PinEntry entry() {
        SecretEntry secrets = new SecretEntry(console);
        Pin pin = secrets.pin(pinFile, console.choose("PIN碼: ", "PIN: "));
        try {
            return new PinEntry(
                    pin,
                    lastTry,
                    secondSecretFile.map(file -> secrets.characters(Optional.of(file), "")));
        } catch (Failure e) {
            pin.close();
            throw e;
        }
    }
}
