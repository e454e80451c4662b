// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.pcsc.PcscReaders;

/// `perennial browsers` on the stores that Firefox and Chromium keep, and then what they would do
/// with it: NSS' own TLS client logs in to a server with the card's certificate, through OpenSC,
/// pcscd and vpcd.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowsersCommandTest {
    private static final String PIN = "246810";
    private static final String MODULE = "Perennial card";

    @TempDir static Path folder;

    private static final Deque<AutoCloseable> RUNNING = new ArrayDeque<>();

    private static Path home = Path.of("");
    private static List<Path> stores = List.of();

    @BeforeAll
    static void start() throws Exception {
        PcscDaemon daemon = PcscDaemon.start(folder);
        RUNNING.push(daemon);
        Path demo = folder.resolve("demo");
        try (LauncherProcess authority =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--keep",
                        demo.toString(),
                        "--port",
                        "0",
                        "--agent-port",
                        "0")) {
            authority.await(Pattern.compile("^Open "));
        }
        LauncherProcess card =
                LauncherProcess.start(
                        Map.of(),
                        "virtual-card",
                        "--card",
                        demo.resolve("card.state").toString(),
                        "--vpcd",
                        "127.0.0.1:" + daemon.vpcd(0).getPort());
        RUNNING.push(card);
        card.await(Pattern.compile("the card is in the reader"));
        PcscReaders readers = PcscReaders.ofThisComputer();
        Eventually.holds("the card is seen", () -> readers.list().getFirst().cardPresent());
        Files.writeString(
                folder.resolve("trusted.pem"),
                Files.readString(demo.resolve("root.pem"))
                        + Files.readString(demo.resolve("issuing.pem")));
        home = folder.resolve("home");
        stores =
                List.of(
                        home.resolve(".pki/nssdb"),
                        home.resolve(".mozilla/firefox/abcd.default-esr"));
        for (Path store : stores) {
            Files.createDirectories(store);
            Shell.run(folder, "certutil", "-N", "--empty-password", "-d", "sql:" + store);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        while (!RUNNING.isEmpty()) {
            RUNNING.pop().close();
        }
    }

    @Test
    @Order(1)
    void the_library_is_entered_in_every_store_once() throws Exception {
        for (int time = 1; time <= 2; time++) {
            String said = browsers(0);
            for (Path store : stores) {
                assertTrue(said.contains("registered in " + store), said);
                assertEquals(2, modules(store).split(MODULE, -1).length, modules(store));
            }
        }
    }

    @Test
    @Order(2)
    void nss_logs_in_to_a_server_with_the_cards_certificate() throws Exception {
        String nickname = nickname(stores.getFirst());
        Shell.run(
                folder,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-keyout",
                "server.key",
                "-out",
                "server.pem");
        Files.writeString(folder.resolve("request"), "GET / HTTP/1.0\r\n\r\n");
        Files.writeString(folder.resolve("pin"), PIN + "\n");
        try (Server server = Server.start()) {
            String answer =
                    said(
                            new ProcessBuilder(
                                            "tstclnt",
                                            "-h",
                                            "localhost",
                                            "-p",
                                            server.port,
                                            "-o",
                                            "-V",
                                            "tls1.2:tls1.3",
                                            "-d",
                                            "sql:" + stores.getFirst(),
                                            "-n",
                                            nickname,
                                            "-W",
                                            folder.resolve("pin").toString())
                                    .redirectInput(folder.resolve("request").toFile()));
            assertTrue(answer.contains("Client certificate"), answer);
            assertTrue(answer.contains("Verify return code: 0 (ok)"), answer);
        }
    }

    @Test
    @Order(3)
    void it_is_taken_out_again_and_nothing_else_is() throws Exception {
        String before = browsers(0, "--remove");
        for (Path store : stores) {
            assertTrue(before.contains("removed from " + store), before);
            assertFalse(modules(store).contains(MODULE));
            assertTrue(modules(store).contains("NSS Internal PKCS #11 Module"));
        }
    }

    @Test
    @Order(4)
    void without_a_store_it_says_what_to_do() throws Exception {
        LauncherProcess run =
                LauncherProcess.start(
                        Map.of(), "browsers", "--home", folder.resolve("nobody").toString());
        assertEquals(1, run.exitCode(), run.output());
        assertTrue(run.output().contains("start the browser once"), run.output());
    }

    private static String browsers(int code, String... more) throws Exception {
        String[] command =
                more.length == 0
                        ? new String[] {"browsers", "--home", home.toString()}
                        : new String[] {"browsers", "--home", home.toString(), more[0]};
        LauncherProcess run = LauncherProcess.start(Map.of(), command);
        assertEquals(code, run.exitCode(), run.output());
        return run.output();
    }

    private static String modules(Path store) throws Exception {
        return Shell.run(folder, "modutil", "-force", "-list", "-dbdir", "sql:" + store);
    }

    /// The first certificate on the card, as NSS calls it: token, colon, label.
    private static String nickname(Path store) throws Exception {
        String listed = Shell.run(folder, "certutil", "-L", "-h", "all", "-d", "sql:" + store);
        return listed.lines()
                .filter(line -> line.contains(":"))
                .map(line -> line.replaceFirst("\\s+[a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*\\s*$", ""))
                .findFirst()
                .orElseThrow(() -> new AssertionError(listed));
    }

    private static String said(ProcessBuilder builder) throws Exception {
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
        return said;
    }

    /// OpenSSL's server, which admits nobody without a certificate of the demo's authority.
    private record Server(Process process, String port) implements AutoCloseable {
        static Server start() throws IOException {
            Process process =
                    new ProcessBuilder(
                                    "openssl",
                                    "s_server",
                                    "-accept",
                                    "0",
                                    "-cert",
                                    "server.pem",
                                    "-key",
                                    "server.key",
                                    "-Verify",
                                    "3",
                                    "-verify_return_error",
                                    "-CAfile",
                                    "trusted.pem",
                                    "-www")
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("server.log").toFile())
                            .start();
            Pattern accept = Pattern.compile("ACCEPT \\S*:(\\d+)");
            Eventually.holds(
                    "openssl s_server accepts",
                    () -> accept.matcher(log()).find() || !process.isAlive());
            var found = accept.matcher(log());
            assertTrue(found.find(), Server::log);
            return new Server(process, found.group(1));
        }

        private static String log() {
            try {
                return Files.readString(folder.resolve("server.log"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
