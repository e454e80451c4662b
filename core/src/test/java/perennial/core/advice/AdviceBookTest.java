// SPDX-License-Identifier: Apache-2.0
package perennial.core.advice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdviceBookTest {
    private final AdviceBook book = new AdviceBook();

    @Test
    void every_problem_has_its_own_code_cause_and_remedy_in_both_languages() {
        assertEquals(
                Problem.values().length,
                Arrays.stream(Problem.values()).map(Problem::code).distinct().count());
        for (Problem problem : Problem.values()) {
            Advice english = book.advice(problem, Language.EN);
            Advice chinese = book.advice(problem, Language.ZH_TW);
            assertTrue(problem.code().matches("[CRNAS]\\d\\d"), problem::code);
            assertTrue(
                    chinese.cause().codePoints().anyMatch(AdviceBookTest::isHan),
                    chinese::toString);
            assertTrue(
                    chinese.remedy().codePoints().anyMatch(AdviceBookTest::isHan),
                    chinese::toString);
            assertTrue(
                    english.cause().codePoints().noneMatch(AdviceBookTest::isHan),
                    english::toString);
            assertTrue(
                    english.remedy().codePoints().noneMatch(AdviceBookTest::isHan),
                    english::toString);
        }
    }

    @Test
    void a_refusal_keeps_its_reason_as_free_text() {
        assertEquals(
                Optional.of(Problem.REVOKED), Problem.atStartOf("R05 the certificate was revoked"));
        assertEquals(Optional.empty(), Problem.atStartOf("R0"));
        assertEquals(Optional.empty(), Problem.atStartOf("no R05 here"));
    }

    @Test
    void any_chinese_gets_traditional_chinese_and_every_other_tongue_english() {
        assertEquals(Language.ZH_TW, Language.of(Locale.forLanguageTag("zh-Hant-HK")));
        assertEquals(Language.EN, Language.of(Locale.JAPANESE));
    }

    /// `docs/errors.md` is this table; run with `-Dperennial.write-docs` to write it anew.
    @Test
    void the_error_table_in_the_docs_is_the_one_in_the_program() throws Exception {
        StringBuilder table =
                new StringBuilder(
                        """
                        # Errors

                        Every failure has a code that never changes its meaning, a cause and a remedy. C: card and reader, R: renewal
                        rules, N: network and authority, A: agent, S: server and machine. This file is generated from the texts the
                        program shows (`./mvnw -pl core test -Dperennial.write-docs`); a test compares them.

                        | code | name | 原因 | 處理方式 | cause | remedy |
                        |---|---|---|---|---|---|
                        """);
        for (Problem problem : Problem.values()) {
            Advice chinese = book.advice(problem, Language.ZH_TW);
            Advice english = book.advice(problem, Language.EN);
            table.append(
                    "| %s | %s | %s | %s | %s | %s |%n"
                            .formatted(
                                    problem.code(),
                                    problem,
                                    chinese.cause(),
                                    chinese.remedy(),
                                    english.cause(),
                                    english.remedy()));
        }
        Path file = Path.of("../docs/errors.md");
        if (System.getProperty("perennial.write-docs") != null) {
            Files.writeString(file, table);
        }
        assertEquals(table.toString(), Files.readString(file));
    }

    private static boolean isHan(int codePoint) {
        return Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.HAN;
    }
}
