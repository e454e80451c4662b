// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/incidents.md` names tests that there are.
class IncidentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW =
            Pattern.compile("\\| ([RC][0-9]+) \\| [^|]+ \\| ([^|]+) \\|");

    private record Row(String incident, String closedBy) {}

    private static List<Row> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/incidents.md")).stream()
                .map(ROW::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> new Row(matcher.group(1), matcher.group(2).strip()))
                .toList();
    }

    private static String source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 12)) {
            Path file =
                    files.filter(path -> path.endsWith(test + ".java"))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("there is no " + test));
            return Files.readString(file);
        }
    }

    @Test
    void every_class_of_incidents_has_its_row() throws IOException {
        List<String> all =
                Stream.concat(
                                IntStream.rangeClosed(1, 10).mapToObj("R%d"::formatted),
                                IntStream.rangeClosed(1, 18).mapToObj("C%d"::formatted))
                        .toList();
        assertEquals(all, rows().stream().map(Row::incident).toList());
    }

    @Test
    void every_test_that_is_named_has_a_method_of_that_class() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Row row : rows()) {
            boolean otherwise = row.closedBy().startsWith("otherwise: ");
            Pattern method =
                    Pattern.compile(
                            "void (?:[rc][0-9]+_)*%s_"
                                    .formatted(row.incident().toLowerCase(Locale.ROOT)));
            for (String test : row.closedBy().split("[^A-Za-z0-9]+", -1)) {
                if (test.endsWith("Test")) {
                    String source = source(test);
                    if (!otherwise && !method.matcher(source).find()) {
                        missing.add(row.incident() + " in " + test);
                    }
                }
            }
        }
        assertTrue(missing.isEmpty(), missing::toString);
    }
}
