// SPDX-License-Identifier: Apache-2.0
package perennial.ca.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

class SectionTest {
    record Some(String name, int count, Optional<Period> life, List<String> oids, Duration pause) {}

    private static Some some(Section section) {
        return new Some(
                section.value("name").text(),
                section.value("count").number(1, 10),
                section.optional("life").map(Value::period),
                section.value("oids").each(Value::objectIdentifier),
                section.section("inner", inner -> inner.value("wait").duration()));
    }

    private static final String GOOD =
            """
            name: 憑證
            count: 3
            life: P5Y
            oids: [2.999.10, 2.10]
            inner:
              wait: PT1H
            """;

    @Test
    void what_is_written_is_read() {
        assertEquals(
                new Some(
                        "憑證",
                        3,
                        Optional.of(Period.ofYears(5)),
                        List.of("2.999.10", "2.10"),
                        Duration.ofHours(1)),
                Section.read("good.yaml", GOOD, SectionTest::some));
    }

    @ParameterizedTest(name = "{0} becomes {1}: line {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    count: 3      | count: 11          | 2 | expected a number from 1 to 10, got 11
                    count: 3      | count: three       | 2 | expected a number from 1 to 10, got three
                    count: 3      | kount: 3           | 1 | key 'count' is missing
                    life: P5Y     | lief: P5Y          | 3 | unknown key 'lief'; known here: count, inner, life, name, oids
                    life: P5Y     | life: 5 years      | 3 | expected a period like P5Y or P30D, got 5 years
                    life: P5Y     | count: 4           | 3 | key 'count' stands here twice
                    2.999.10      | 2.999.010          | 4 | expected an object identifier like 2.999.1, got 2.999.010
                    [2.999.10,    | 2.999.10 #         | 4 | expected a list
                    wait: PT1H    | wait: -PT1H        | 6 | expected a duration like PT1H or P30D, got -PT1H
                    wait: PT1H    | wait: {a: b}       | 6 | expected a value
                    wait: PT1H    | {wait: PT1H, x: 1} | 6 | unknown key 'x'; known here: wait
                    inner:        | "'inner': &a !!x"  | 5 | expected keys with values
                    """)
    void what_is_not_understood_is_refused_with_its_line(
            String old, String fresh, int line, String text) {
        String broken = GOOD.replace(old, fresh);
        if (old.equals("inner:")) {
            broken = GOOD.replace("inner:\n  wait: PT1H", "inner: nothing");
        }
        String file = broken;

        CaException refused =
                assertThrows(
                        CaException.class, () -> Section.read("my.yaml", file, SectionTest::some));

        assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
        assertEquals("my.yaml, line %d: %s".formatted(line, text), refused.getMessage());
    }

    @Test
    void what_is_no_yaml_is_refused_with_its_line(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("broken.yaml");
        Files.writeString(file, "name: a\ncount: [1, 2\nlife: P1D\n");

        CaException refused =
                assertThrows(CaException.class, () -> Section.read(file, SectionTest::some));

        assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
        assertEquals(
                "broken.yaml, line 3", String.valueOf(refused.getMessage()).replaceAll(":.*", ""));
    }

    @Test
    void a_file_that_is_missing_is_not_usable(@TempDir Path folder) {
        CaException refused =
                assertThrows(
                        CaException.class,
                        () -> Section.read(folder.resolve("none.yaml"), SectionTest::some));

        assertEquals(Problem.FILE_NOT_USABLE, refused.problem());
    }
}
