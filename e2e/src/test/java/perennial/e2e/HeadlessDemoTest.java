// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    void a_renewed_card_is_too_early_to_renew_and_the_remedy_is_said() throws Exception {
        String home = folder.resolve("demo").toString();
        String[] demo = {"demo", "--headless", "--keep", home, "--port", "0", "--agent-port", "0"};
        LauncherProcess first = LauncherProcess.start(Map.of(), demo);
        assertEquals(0, first.exitCode(), first.output());
        LauncherProcess second = LauncherProcess.start(Map.of(), demo);
        assertEquals(1, second.exitCode(), second.output());
        assertTrue(
                second.output().contains("R01 It is too early to renew this certificate."),
                second.output());
        assertTrue(second.output().contains("Renew it from the date shown on."), second.output());

        LauncherProcess list =
                LauncherProcess.start(
                        Map.of(), "card", "show", "--virtual-card", home + "/card.state");
        assertEquals(0, list.exitCode(), list.output());
        assertTrue(list.output().contains("SERIALNUMBER="), list.output());
    }

    @Test
    void a_taken_port_is_said_with_its_code_and_nothing_is_left_behind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            LauncherProcess run =
                    LauncherProcess.start(
                            Map.of("PERENNIAL_LANG", "zh-TW"),
                            "demo",
                            "--headless",
                            "--port",
                            "0",
                            "--agent-port",
                            Integer.toString(taken.getLocalPort()));
            assertEquals(1, run.exitCode(), run.output());
            assertTrue(run.output().contains("A01 本機連接埠已被其他程式使用"), run.output());
        }
    }

    @Test
    void an_authority_that_cannot_be_reached_is_said_with_its_code() throws Exception {
        String home = folder.resolve("demo").toString();
        LauncherProcess first =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--headless",
                        "--keep",
                        home,
                        "--port",
                        "0",
                        "--agent-port",
                        "0");
        assertEquals(0, first.exitCode(), first.output());
        LauncherProcess renew =
                LauncherProcess.start(
                        Map.of(),
                        "renew",
                        "--ra",
                        "http://localhost:9",
                        "--trust",
                        home + "/root.pem",
                        "--virtual-card",
                        home + "/card.state",
                        "--home",
                        home + "/other-agent",
                        "--pin-file",
                        pinFile().toString());
        assertEquals(1, renew.exitCode(), renew.output());
        assertTrue(renew.output().contains("N01"), renew.output());
    }

    @Test
    void every_refusal_of_the_command_line_has_its_own_code() throws Exception {
        String home = folder.resolve("demo").toString();
        LauncherProcess first =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--headless",
                        "--keep",
                        home,
                        "--port",
                        "0",
                        "--agent-port",
                        "0");
        assertEquals(0, first.exitCode(), first.output());
        String card = home + "/card.state";
        Path journal = Files.writeString(folder.resolve("a-file"), "not a folder");
        refused("S05", "card", "show", "--virtual-card", home + "/root.pem");
        refused("C01", "card", "list");
        refused(
                "S05",
                "renew",
                "--ra",
                "http://localhost:9",
                "--trust",
                card,
                "--virtual-card",
                card);
        refused(
                "S01",
                "renew",
                "--ra",
                "http://localhost:9/path",
                "--trust",
                home + "/root.pem",
                "--virtual-card",
                card);
        refused(
                "A02",
                "renew",
                "--ra",
                "http://localhost:9",
                "--trust",
                home + "/root.pem",
                "--virtual-card",
                card,
                "--home",
                journal.toString(),
                "--pin-file",
                pinFile().toString());
        refused(
                "C07",
                "renew",
                "--ra",
                "http://localhost:9",
                "--trust",
                home + "/root.pem",
                "--virtual-card",
                card,
                "--home",
                home + "/other-agent",
                "--pin-file",
                Files.writeString(folder.resolve("short"), "123").toString());
        LauncherProcess wrong =
                LauncherProcess.start(
                        Map.of(),
                        "renew",
                        "--ra",
                        "http://localhost:9",
                        "--trust",
                        home + "/root.pem",
                        "--virtual-card",
                        card,
                        "--home",
                        home + "/other-agent",
                        "--pin-file",
                        Files.writeString(folder.resolve("wrong"), "135791").toString());
        assertEquals(1, wrong.exitCode(), wrong.output());
        assertTrue(wrong.output().contains("C05"), wrong.output());
        assertTrue(wrong.output().contains("tries left: 2"), wrong.output());
    }

    private static void refused(String code, String... arguments) throws Exception {
        LauncherProcess run = LauncherProcess.start(Map.of(), arguments);
        assertEquals(1, run.exitCode(), run.output());
        assertTrue(
                run.output().startsWith(code + " ") || run.output().contains("\n" + code + " "),
                run.output());
    }

    private Path pinFile() throws Exception {
        return Files.writeString(folder.resolve("pin"), "246810");
    }
}
