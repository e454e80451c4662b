// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.advice.Problem;

/// The system refuses to let the journal's files grow beyond a size (RLIMIT_FSIZE, by `prlimit` of
/// util-linux): a write then ends in the middle of a record, as on a full disk.
class FullDiskTest {
    private static final int STEP = 211;
    private static final int BEYOND_EVERY_JOURNAL = 64 * 1024;

    @TempDir Path folder;

    @Test
    void wherever_the_disk_is_full_it_is_said_and_with_space_the_renewal_is_finished()
            throws Exception {
        Process agent = start();
        int refused = 0;
        try (BufferedWriter orders = agent.outputWriter(StandardCharsets.UTF_8);
                BufferedReader outcomes = agent.inputReader(StandardCharsets.UTF_8)) {
            String outcome = "";
            for (int limit = 0; !outcome.equals(RenewingProcess.RENEWED); limit += STEP) {
                assertTrue(limit < BEYOND_EVERY_JOURNAL, "it never has enough");
                limit(agent.pid(), Integer.toString(limit));
                outcome = ask(orders, outcomes, folder.resolve("home-" + limit).toString());
                if (!outcome.equals(RenewingProcess.RENEWED)) {
                    assertEquals(Problem.JOURNAL_NOT_WRITABLE.name(), outcome, "at " + limit);
                    refused++;
                }
                limit(agent.pid(), "unlimited");
                assertEquals(
                        RenewingProcess.RENEWED,
                        ask(orders, outcomes, RenewingProcess.AGAIN),
                        "with space again, after " + limit);
            }
        }
        assertTrue(refused > 3, "the limit was met in several places: " + refused);
    }

    private static String ask(BufferedWriter orders, BufferedReader outcomes, String order)
            throws IOException {
        orders.write(order + "\n");
        orders.flush();
        for (String line = outcomes.readLine(); line != null; line = outcomes.readLine()) {
            if (line.startsWith(RenewingProcess.OUTCOME)) {
                return line.substring(RenewingProcess.OUTCOME.length());
            }
        }
        throw new AssertionError("the agent's process has ended");
    }

    private static void limit(long pid, String octets) throws IOException, InterruptedException {
        Process prlimit =
                new ProcessBuilder(
                                "prlimit", "--pid", Long.toString(pid), "--fsize=" + octets + ":")
                        .inheritIO()
                        .start();
        assertTrue(prlimit.waitFor(60, TimeUnit.SECONDS) && prlimit.exitValue() == 0, "prlimit");
    }

    private static Process start() throws IOException {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:-UsePerfData",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                RenewingProcess.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
