// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest.page;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import perennial.agent.json.Json;
import perennial.agent.selftest.DesktopItem;
import perennial.agent.selftest.Doctor;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Item;
import perennial.agent.selftest.Report;
import perennial.agent.selftest.SelfTestRow;
import perennial.agent.selftest.SelfTestTexts;
import perennial.agent.selftest.SelfTestTexts.Note;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// A report in the pages' JSON, in the person's words.
final class ReportJson {
    private final AdviceBook advices = new AdviceBook();
    private final SelfTestTexts texts = new SelfTestTexts();

    Json.Members problem(Problem problem, Language language) {
        return new Json.Members().with("problem", advice(problem, language));
    }

    Json.Members report(Report report, List<? extends Item> items, Language language) {
        return new Json.Members()
                .with("at", report.at().toString())
                .with("passed", report.passed())
                .with("items", list(items, item -> item(report, item, language)));
    }

    Json.Array places(List<Doctor.Place> places, Language language) {
        return list(
                places,
                place ->
                        new Json.Members()
                                .with("reader", place.reader())
                                .with("cardPresent", place.cardPresent())
                                .with(
                                        "cardNumber",
                                        place.cardNumber()
                                                .map(CardNumber::value)
                                                .map(Json.Text::new))
                                .with("problem", place.problem().map(p -> advice(p, language))));
    }

    private Json item(Report report, Item item, Language language) {
        Report.Verdict verdict = report.verdict(item.topics());
        return new Json.Members()
                .with("number", item.number())
                .with("heading", texts.heading(item, language))
                .with("verdict", verdict.name())
                .with("verdictText", texts.verdict(verdict, language))
                .with(
                        "facts",
                        list(
                                report.facts(item.topics()),
                                fact ->
                                        new Json.Members()
                                                .with("label", texts.label(fact.label(), language))
                                                .with("name", fact.label().name())
                                                .with("value", fact.value())))
                .with(
                        "problems",
                        list(List.copyOf(report.problems(item.topics())), p -> advice(p, language)))
                .with("why", why(report, item, verdict, language))
                .with(
                        "notes",
                        list(notes(item, verdict), n -> new Json.Text(texts.note(n, language))));
    }

    private Json why(Report report, Item item, Report.Verdict verdict, Language language) {
        return verdict == Report.Verdict.NOT_DONE
                        && report.of(item.topics().getLast()) instanceof NotDone(var why)
                ? new Json.Text(texts.why(why, language))
                : Json.NULL;
    }

    private static List<Note> notes(Item item, Report.Verdict verdict) {
        boolean failed = verdict == Report.Verdict.FAILED;
        return switch (item) {
            case DesktopItem i ->
                    Stream.of(Note.values())
                            .filter(n ->
                                    n == Note.CLOCK
                                            ? i.goesByTheClock()
                                            : failed && i.mayBeTheReader())
                            .toList();
            case SelfTestRow row ->
                    row == SelfTestRow.SIGNATURE_CERTIFICATE
                                    || row == SelfTestRow.ENCRYPTION_CERTIFICATE
                            ? List.of(Note.CLOCK)
                            : List.of();
        };
    }

    private Json.Members advice(Problem problem, Language language) {
        Advice advice = advices.advice(problem, language);
        return new Json.Members()
                .with("code", advice.code())
                .with("cause", advice.cause())
                .with("remedy", advice.remedy());
    }

    private static <T> Json.Array list(List<T> items, Function<T, Json> form) {
        return new Json.Array(items.stream().map(form).toList());
    }
}
