// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
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
import perennial.agent.Agent;
import perennial.agent.AgentSettings;
import perennial.agent.PinEntry;
import perennial.agent.selftest.Asked;
import perennial.agent.selftest.DesktopItem;
import perennial.agent.selftest.Doctor;
import perennial.agent.selftest.Fact;
import perennial.agent.selftest.Finding;
import perennial.agent.selftest.Report;
import perennial.agent.selftest.SelfTestTexts;
import perennial.agent.selftest.SelfTestTexts.Note;
import perennial.agent.selftest.SupportBundle;
import perennial.agent.selftest.Surroundings;
import perennial.agent.tools.CardDoor;
import perennial.core.advice.Advice;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `perennial doctor`: is everything there that a renewal needs? Exit code 0 when nothing is wrong,
/// 1 when something is. Without a PIN, what takes one is left out.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks this computer, reader, card and network, and says what to do.",
            "檢測電腦、讀卡機、IC卡與網路，並說明處理方式。"
        })
final class DoctorCommand implements Callable<Integer> {
    private final Console console;
    private final SelfTestTexts texts = new SelfTestTexts();

    @Mixin private AgentHome home = new AgentHome();

    @Mixin private ReaderOptions readers = new ReaderOptions();

    @Option(names = "--json", description = "one JSON document, the same in every language")
    private boolean json;

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description =
                    "writes a ZIP file for the help desk, without names, certificates and whole"
                            + " card numbers; must not exist")
    private Optional<Path> bundle = Optional.empty();

    @Option(
            names = "--pin-file",
            paramLabel = "FILE",
            description =
                    "the card's PIN, for signing and deciphering; - for a line of standard input")
    private Optional<Path> pinFile = Optional.empty();

    @Option(names = "--pin", description = "asks for the PIN at the terminal")
    private boolean askPin;

    @Option(names = "--last-try", description = "agrees to use the PIN's last try")
    private boolean lastTry;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "the agent's; default: as configured, else " + AgentSettings.DEFAULT_PORT)
    private Optional<Integer> port = Optional.empty();

    @Option(
            names = "--needs",
            paramLabel = "VERSION",
            description = "the oldest component that is new enough")
    private Optional<String> needed = Optional.empty();

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Report report;
        try (var open = readers.open(home.directory())) {
            report = examined(new Doctor(surroundings(open)));
        }
        if (json) {
            console.say(
                    "%s",
                    JsonMapper.builder()
                            .build()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(document(report)));
        } else {
            say(report);
        }
        bundle.ifPresent(file -> write(report, file));
        return report.passed() ? 0 : Console.FAILED;
    }

    private Report examined(Doctor doctor) {
        Asked asked = readers.chosen().map(Asked.nothing()::in).orElseGet(Asked::nothing);
        if (needed.isPresent()) {
            asked = asked.needing(needed.get());
        }
        if (pinFile.isEmpty() && !askPin) {
            return doctor.examine(asked);
        }
        try (PinEntry pin =
                PinEntry.of(
                        new SecretEntry(console).pin(pinFile, console.choose("PIN碼: ", "PIN: ")),
                        lastTry)) {
            return doctor.examine(asked.with(pin));
        }
    }

    private Surroundings surroundings(ReaderOptions.OpenReaders open) {
        AgentSettings settings = home.settings(port);
        return new Surroundings(
                System.getProperties(),
                new Surroundings.Component(Agent.VERSION, settings.port(), false),
                Surroundings.Cards.ofThisComputer(
                        open.readers(), CardDoor.of(open.readers()), open.readers().modules()),
                Surroundings.Disk.of(settings.home()),
                Surroundings.Network.ofThisComputer(),
                settings.registrationAuthorities(),
                Clock.systemUTC(),
                new SecureRandom());
    }

    private void say(Report report) {
        for (DesktopItem item : DesktopItem.values()) {
            if (item.number() == DesktopItem.CLASSIC + 1) {
                console.say("%s", "");
            }
            Report.Verdict verdict = report.verdict(item.topics());
            console.say(
                    "%2d. %s %s  [%s]",
                    item.number(),
                    mark(verdict),
                    texts.heading(item, console.language()),
                    texts.verdict(verdict, console.language()));
            for (Fact fact : report.facts(item.topics())) {
                console.say(
                        "       %s: %s",
                        texts.label(fact.label(), console.language()), fact.value());
            }
            for (Problem problem : report.problems(item.topics())) {
                Advice advice = console.advice(problem);
                console.say("     %s %s", advice.code(), advice.cause());
                console.say("         %s", advice.remedy());
            }
            notes(report, item, verdict);
        }
        console.say("");
        console.say(
                "%s",
                report.passed()
                        ? console.choose("檢測到的項目都沒有問題。", "Nothing that was tested is wrong.")
                        : console.choose(
                                "請依說明排除問題，再檢測一次。",
                                "Mend what is said above, then run this again."));
    }

    private void notes(Report report, DesktopItem item, Report.Verdict verdict) {
        if (verdict == Report.Verdict.NOT_DONE
                && report.of(item.topics().getLast()) instanceof Finding.NotDone(var why)) {
            console.say("       (%s)", texts.why(why, console.language()));
        }
        if (item.goesByTheClock() && verdict != Report.Verdict.NOT_DONE) {
            console.say("       * %s", texts.note(Note.CLOCK, console.language()));
        }
        if (item.mayBeTheReader() && verdict == Report.Verdict.FAILED) {
            console.say("       * %s", texts.note(Note.READER, console.language()));
        }
    }

    private static String mark(Report.Verdict verdict) {
        return switch (verdict) {
            case PASSED -> "V";
            case FAILED -> "X";
            case NOT_DONE -> "-";
        };
    }

    private Map<String, Object> document(Report report) {
        List<Object> items = new ArrayList<>();
        for (DesktopItem item : DesktopItem.values()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("number", item.number());
            one.put("name", item.name());
            one.put("verdict", report.verdict(item.topics()).name());
            one.put(
                    "problems",
                    report.problems(item.topics()).stream().map(this::document).toList());
            one.put(
                    "facts",
                    report.facts(item.topics()).stream()
                            .map(f -> Map.of("label", f.label().name(), "value", f.value()))
                            .toList());
            items.add(one);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("at", report.at().toString());
        document.put("passed", report.passed());
        document.put("items", items);
        return document;
    }

    private Map<String, Object> document(Problem problem) {
        Advice advice = console.advice(problem);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("code", advice.code());
        document.put("name", problem.name());
        return document;
    }

    private void write(Report report, Path file) {
        try {
            Files.createFile(file);
            Files.write(file, SupportBundle.of(report, System.getProperties()));
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
        if (!json) {
            console.say("%s %s", console.choose("支援檔", "support bundle"), file);
        }
    }
}
