// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import perennial.agent.AgentCommands;
import perennial.agent.CardView;
import perennial.agent.PinEntry;
import perennial.agent.RenewalProgress;
import perennial.agent.RenewalReport;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.cli.Console;
import perennial.cli.StepLines;
import perennial.core.advice.Advice;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Refusal;
import tools.jackson.databind.json.JsonMapper;

/// One renewal through the agent's command-line door, told as lines or as one JSON document.
final class HeadlessRenewal {
    private final Console console;
    private final Clock clock;
    private final boolean json;
    private final Duration pace;
    private final Instant begun;
    private final Map<String, Object> document = new LinkedHashMap<>();

    /// @param pace how long to wait after each step
    HeadlessRenewal(Console console, Clock clock, boolean json, Duration pace) {
        this.pace = pace;
        this.console = console;
        this.clock = clock;
        this.json = json;
        this.begun = clock.instant();
    }

    /// @return the exit code
    int run(DemoHome home, DemoSystem.Running running) {
        AgentCommands agent = running.agent().orElseThrow().commands();
        CardView before = agent.card(running.reader());
        document.put("home", home.folder().toString());
        document.put("cardNumber", before.cardNumber().value());
        line("%s %s 卡號:[%s]", clockText(), running.reader(), before.cardNumber());
        before.certificates().forEach(c -> describe("before", c.certificate()));
        if (!before.unfinished()) {
            Optional<Refusal> refused = refusal(running, before);
            if (refused.isPresent()) {
                failed(refused.get().problem(), refused.get().text());
                return Console.FAILED;
            }
        }
        StepLines steps = new StepLines(clock);
        List<Object> told = new ArrayList<>();
        RenewalReport report;
        char[] characters = DemoCard.pin();
        try {
            report =
                    agent.renew(
                            running.reader(),
                            running.portal(),
                            Optional.empty(),
                            PinEntry.of(Pin.of(characters), false),
                            progress -> tell(steps, told, progress));
        } finally {
            Arrays.fill(characters, '\0');
        }
        document.put("steps", told);
        if (!report.renewed()) {
            failed(problemOf(report), "");
            return Console.FAILED;
        }
        CardView after = agent.card(running.reader());
        conclude(running, report, before, after);
        return 0;
    }

    private void conclude(
            DemoSystem.Running running, RenewalReport report, CardView before, CardView after) {
        List<Object> certificates = new ArrayList<>();
        for (int i = 0; i < after.certificates().size(); i++) {
            Certificate fresh = after.certificates().get(i).certificate();
            int times = running.desk().timesRenewed(fresh.id());
            describe("after", fresh);
            line("    renewals so far: %d", times);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("slot", after.certificates().get(i).slot().name());
            entry.put("before", fields(before.certificates().get(i).certificate()));
            entry.put("after", fields(fresh));
            entry.put("timesRenewed", times);
            certificates.add(entry);
        }
        document.put("certificates", certificates);
        document.put("triesLeft", after.triesLeft());
        document.put("finished", report.certificates().size());
        Duration total = Duration.between(begun, clock.instant());
        document.put("totalMillis", total.toMillis());
        document.put("result", "RENEWED");
        line("PIN tries left: %d", after.triesLeft());
        line("%s %s", clockText(), "RENEWED");
        print();
    }

    /// Says the failure, with the problem's code and remedy.
    void failed(Problem problem, String detail) {
        if (!json) {
            console.fail(problem, detail);
            return;
        }
        Advice advice = console.advice(problem);
        document.put("result", "FAILED");
        document.put(
                "problem",
                Map.of(
                        "code",
                        advice.code(),
                        "cause",
                        advice.cause(),
                        "remedy",
                        advice.remedy(),
                        "detail",
                        detail));
        print();
    }

    private static Problem problemOf(RenewalReport report) {
        return switch (report.pin()) {
            case PinOutcome.Wrong _ -> Problem.PIN_WRONG;
            case PinOutcome.Blocked _ -> Problem.PIN_BLOCKED;
            case PinOutcome.Verified _ ->
                    report.problem()
                            .or(() ->
                                    report.certificates().stream()
                                            .flatMap(c -> c.problem().stream())
                                            .findFirst())
                            .orElse(Problem.INTERNAL);
        };
    }

    /// Why the registration authority would refuse the first certificate; empty when it would renew
    /// any.
    private static Optional<Refusal> refusal(DemoSystem.Running running, CardView card) {
        List<Optional<Refusal>> answers =
                card.certificates().stream()
                        .map(c -> Refusal.of(running.desk().eligibility(c.certificate())))
                        .toList();
        return answers.stream().allMatch(Optional::isPresent)
                ? answers.stream().findFirst().flatMap(first -> first)
                : Optional.empty();
    }

    private void tell(StepLines steps, List<Object> told, RenewalProgress progress) {
        for (StepLines.Step step : steps.of(progress)) {
            line("%s step %s", clockText(), step);
            told.add(
                    Map.of(
                            "certificate", step.certificate(),
                            "step", step.name(),
                            "millis", step.since().toMillis()));
            watch();
        }
    }

    private void watch() {
        try {
            Thread.sleep(pace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void describe(String when, Certificate certificate) {
        line("  %-6s %s", when, certificate.subjectText());
        line("         %s  %s", certificate.serialNumber(), validity(certificate));
    }

    private static String validity(Certificate certificate) {
        return certificate.validity().notBefore() + " ~ " + certificate.validity().notAfter();
    }

    private static Map<String, Object> fields(Certificate certificate) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("subject", certificate.subjectText());
        fields.put("issuer", certificate.issuerText());
        fields.put("serial", certificate.serialNumber().hex());
        fields.put("notBefore", certificate.validity().notBefore().toString());
        fields.put("notAfter", certificate.validity().notAfter().toString());
        return fields;
    }

    private String clockText() {
        return "[%6.2f s]".formatted(Duration.between(begun, clock.instant()).toMillis() / 1000.0);
    }

    private void line(String format, Object... arguments) {
        if (!json) {
            console.say(format, arguments);
        }
    }

    private void print() {
        if (json) {
            console.say(
                    "%s",
                    JsonMapper.builder()
                            .build()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(document));
        }
    }
}
