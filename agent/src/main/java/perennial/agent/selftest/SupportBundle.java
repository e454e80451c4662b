// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import perennial.agent.json.Json;
import perennial.agent.selftest.Fact.Privacy;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;

/// What a holder may send to a help desk: findings, versions, readers, ATR. No PIN ever reaches it;
/// subjects, serial numbers, tokens' names and folders are left out, of a card number stay the last
/// four characters.
///
/// Messages of failing parts are a stranger's words: whatever of the above is in them is taken out
/// as well, and so are the names of the person and of the home folder.
public final class SupportBundle {
    private static final int SHOWN = 4;

    /// Shorter names are parts of too many words.
    private static final int SHORTEST_NAME = 3;

    private static final String LEFT_OUT = "(left out)";

    private static final String README =
            """
            Perennial support bundle / 常青元件支援檔

            findings.json  what `perennial doctor` found; codes are explained in docs/errors.md
                           檢測結果；錯誤代碼的說明見 docs/errors.md

            Not in here: PIN, names, certificates, whole card numbers.
            不含PIN碼、姓名、憑證與完整卡號。
            """;

    private SupportBundle() {}

    /// A ZIP file.
    ///
    /// @param system the system's properties, for the names that must not be in it
    public static byte[] of(Report report, Properties system) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(octets, StandardCharsets.UTF_8)) {
            entry(zip, "README.txt", README);
            entry(zip, "findings.json", findings(report, system) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return octets.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private static Json findings(Report report, Properties system) {
        AdviceBook advices = new AdviceBook();
        Map<String, String> names = names(report, system);
        List<Json> findings = new ArrayList<>();
        report.findings()
                .forEach((topic, finding) -> {
                    Json.Members one = new Json.Members().with("topic", topic.name());
                    switch (finding) {
                        case Finding.Passed _ -> one.with("finding", "PASSED");
                        case Finding.NotDone(var why) ->
                                one.with("finding", "NOT_DONE").with("why", why.name());
                        case Finding.Failed(Problem problem, _) -> {
                            Advice advice = advices.advice(problem, Language.EN);
                            one.with("finding", "FAILED")
                                    .with("code", advice.code())
                                    .with("cause", advice.cause());
                        }
                    }
                    List<Json> facts = new ArrayList<>();
                    for (Fact fact : finding.facts()) {
                        facts.add(
                                new Json.Members()
                                        .with("label", fact.label().name())
                                        .with("value", redacted(fact, names)));
                    }
                    findings.add(one.with("facts", new Json.Array(facts)));
                });
        return new Json.Members()
                .with("at", report.at().toString())
                .with("findings", new Json.Array(findings));
    }

    private static String redacted(Fact fact, Map<String, String> names) {
        return switch (fact.label().privacy()) {
            case PERSONAL -> LEFT_OUT;
            case CARD_NUMBER -> masked(fact.value());
            case OPEN -> {
                String value = fact.value();
                for (Map.Entry<String, String> name : names.entrySet()) {
                    value = value.replace(name.getKey(), name.getValue());
                }
                yield value;
            }
        };
    }

    private static String masked(String number) {
        int hidden = Math.max(0, number.length() - SHOWN);
        return "*".repeat(hidden) + number.substring(hidden);
    }

    /// What must not appear anywhere, with what stands for it; the longest first, since a name may
    /// be part of another.
    private static Map<String, String> names(Report report, Properties system) {
        Map<String, String> names =
                new TreeMap<>((one, other) ->
                        one.length() == other.length()
                                ? one.compareTo(other)
                                : Integer.compare(other.length(), one.length()));
        report.findings().values().stream()
                .flatMap(finding -> finding.facts().stream())
                .filter(fact -> fact.label().privacy() != Privacy.OPEN)
                .forEach(fact ->
                        names.put(
                                fact.value(),
                                fact.label().privacy() == Privacy.CARD_NUMBER
                                        ? masked(fact.value())
                                        : LEFT_OUT));
        names.put(system.getProperty("user.home", ""), LEFT_OUT);
        names.put(system.getProperty("user.name", ""), LEFT_OUT);
        names.keySet().removeIf(name -> name.length() < SHORTEST_NAME);
        return names;
    }
}
