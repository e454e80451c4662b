// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The renewal without a browser, and what the command line says when it cannot be.
class HeadlessDemoTest {
    @TempDir Path folder;

    @Test
    void one_json_document_tells_the_whole_renewal() throws Exception {
        LauncherProcess run =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--headless",
                        "--json",
                        "--port",
                        "0",
                        "--agent-port",
                        "0");
        assertEquals(0, run.exitCode(), run.output());
        JsonNode report = JsonMapper.builder().build().readTree(run.output());
        assertEquals("RENEWED", report.get("result").asString());
        assertEquals(2, report.get("certificates").size());
        for (JsonNode certificate : report.get("certificates")) {
            assertEquals(1, certificate.get("timesRenewed").asInt());
            assertNotEquals(certificate.at("/before/serial"), certificate.at("/after/serial"));
            assertEquals(certificate.at("/before/subject"), certificate.at("/after/subject"));
            assertTrue(
                    certificate
                                    .at("/after/notAfter")
                                    .asString()
                                    .compareTo(certificate.at("/before/notAfter").asString())
                            > 0);
        }
        assertTrue(report.get("steps").size() >= 8, report::toPrettyString);
        assertFalse(
                Files.exists(Path.of(report.get("home").asString())),
                "a demo that is not kept leaves nothing");
    }

    @Test
    void a_renewed_card_is_too_early_to_renew_and_from_when_it_may_be_is_said() throws Exception {
        Path home = renewedDemo();
        refused("R01", demo(home));
        LauncherProcess again = LauncherProcess.start(Map.of(), demo(home));
        assertEquals(1, again.exitCode(), again.output());
        assertTrue(again.output().contains("may be renewed from 20"), again.output());

        LauncherProcess card =
                LauncherProcess.start(
                        Map.of(), "card", "show", "--virtual-card", home + "/card.state");
        assertEquals(0, card.exitCode(), card.output());
        assertTrue(card.output().contains("SERIALNUMBER="), card.output());
    }

    @Test
    void a_demo_that_is_stopped_removes_its_state() throws Exception {
        LauncherProcess demo =
                LauncherProcess.start(Map.of(), "demo", "--port", "0", "--agent-port", "0");
        Path home = Path.of(demo.await(Pattern.compile("running in (\\S+)")));
        assertTrue(Files.isDirectory(home));
        demo.close();
        assertFalse(Files.exists(home), demo.output());
    }

    @Test
    void a_taken_port_is_said_in_the_language_of_the_person() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            LauncherProcess run =
                    LauncherProcess.start(
                            Map.of("PERENNIAL_LANG", "zh-TW"),
                            "demo",
                            "--headless",
                            "--port",
                            "0",
                            "--agent-port",
                            port);
            assertEquals(1, run.exitCode(), run.output());
            assertTrue(run.output().contains("A01 本機連接埠已被其他程式使用"), run.output());
        }
    }

    @Test
    void every_refusal_of_the_command_line_has_its_own_code() throws Exception {
        Path home = renewedDemo();
        String card = home + "/card.state";
        String root = home + "/root.pem";
        Path agent = folder.resolve("other-agent");
        Path file = Files.writeString(folder.resolve("a-file"), "not a folder");
        String nobody = "http://localhost:9";
        refused("S05", "card", "show", "--virtual-card", root);
        refused("C01", "card", "show", "--virtual-card", card, "--reader", "of another name");
        refused("S05", renew(nobody, card, card, agent, "246810"));
        refused("S01", renew("http://localhost:9/path", root, card, agent, "246810"));
        refused("A02", renew(nobody, root, card, file, "246810"));
        refused("C07", renew(nobody, root, card, agent, "123"));
        LauncherProcess wrong =
                LauncherProcess.start(Map.of(), renew(nobody, root, card, agent, "135791"));
        assertEquals(1, wrong.exitCode(), wrong.output());
        assertTrue(wrong.output().contains("C05"), wrong.output());
        assertTrue(wrong.output().contains("tries left: 2"), wrong.output());
        refused("N01", renew(nobody, root, card, agent, "246810"));
    }

    private Path renewedDemo() throws Exception {
        Path home = folder.resolve("demo");
        LauncherProcess first = LauncherProcess.start(Map.of(), demo(home));
        assertEquals(0, first.exitCode(), first.output());
        return home;
    }

    private static String[] demo(Path home) {
        return new String[] {
            "demo", "--headless", "--keep", home.toString(), "--port", "0", "--agent-port", "0"
        };
    }

    private String[] renew(String ra, String trust, String card, Path agent, String pin)
            throws IOException {
        String pinFile = Files.writeString(folder.resolve("pin"), pin).toString();
        return new String[] {
            "renew",
            "--ra",
            ra,
            "--trust",
            trust,
            "--virtual-card",
            card,
            "--home",
            agent.toString(),
            "--pin-file",
            pinFile
        };
    }

    private static void refused(String code, String... arguments) throws Exception {
        LauncherProcess run = LauncherProcess.start(Map.of(), arguments);
        assertEquals(1, run.exitCode(), run.output());
        assertTrue(
                run.output().lines().anyMatch(line -> line.startsWith(code + " ")), run.output());
    }
}
