// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// SIGKILL takes agent, card, authority and portal at once, between any two steps; the next start
/// finishes.
class KilledAgentTest {
    @TempDir Path folder;

    @ParameterizedTest(name = "killed at step {0} of certificate {1}")
    @CsvSource({"REQUEST, 1", "SEND, 1", "WRITE, 1", "WRITE, 2", "DONE, 1"})
    void the_next_start_finishes_with_one_new_certificate_each(String step, int certificate)
            throws Exception {
        String home = folder.resolve("demo").toString();
        Pattern line = Pattern.compile("step %d/2 %s".formatted(certificate, step));
        try (LauncherProcess first = start(home, "--pace", "2000")) {
            first.await(line);
            first.kill();
        }
        try (LauncherProcess second = start(home)) {
            assertEquals(0, second.exitCode(), second.output());
            String output = second.output();
            assertTrue(output.contains("RENEWED"), output);
            assertEquals(
                    2,
                    Pattern.compile("renewals so far: 1").matcher(output).results().count(),
                    output);
            assertTrue(output.contains("PIN tries left: 3"), output);
        }
    }

    private static LauncherProcess start(String home, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "demo",
                                "--headless",
                                "--keep",
                                home,
                                "--port",
                                "0",
                                "--agent-port",
                                "0"));
        arguments.addAll(List.of(more));
        return LauncherProcess.start(Map.of(), arguments.toArray(String[]::new));
    }
}
