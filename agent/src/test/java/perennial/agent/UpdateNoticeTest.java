// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.agent.update.UpdateFeed;
import perennial.agent.update.UpdateWatch;
import perennial.core.certificate.Certificate;

/// The notice is signed by OpenSSL, as packaging/README.md says, and fetched from a server.
class UpdateNoticeTest {
    private static final String TEXT =
            """
            perennial update 1
            version 1.0
            link https://ra.example/perennial
            zh-TW 支援更多卡片。
            en More cards.
            """;

    private static final String SHOWN = "\"update\":{";

    @TempDir private static Path pki;

    private @TempDir Path home;
    private final CountDownLatch looked = new CountDownLatch(1);
    private final Logger log = Logger.getLogger(UpdateWatch.class.getName());
    private final Said said = new Said();
    private ServerSocket server;
    private byte[] served = new byte[0];

    /// What the watch logs is how it says that it has looked.
    private final class Said extends Handler {
        @Override
        public void publish(LogRecord line) {
            looked.countDown();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeAll
    static void an_operator_has_an_anchor_and_a_signer() throws Exception {
        for (String root : List.of("root", "other")) {
            openssl(
                    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                            + " -subj /CN=%1$s -keyout %1$s.key -out %1$s.pem".formatted(root));
            openssl("x509 -in %1$s.pem -outform DER -out %1$s.der".formatted(root));
        }
        Files.writeString(pki.resolve("ext"), "keyUsage=critical,digitalSignature\n");
        signer("signer", "root");
        signer("stranger", "other");
    }

    private static void signer(String name, String by) throws Exception {
        openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%1$s -keyout %1$s.key -out %1$s.csr"
                        .formatted(name));
        openssl(
                "x509 -req -in %1$s.csr -CA %2$s.pem -CAkey %2$s.key -days 20 -extfile ext -out %1$s.pem"
                        .formatted(name, by));
    }

    private static void openssl(String arguments) throws IOException, InterruptedException {
        Process openssl =
                new ProcessBuilder(
                                Stream.concat(Stream.of("openssl"), Stream.of(arguments.split(" ")))
                                        .toList())
                        .directory(pki.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(openssl.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, openssl.waitFor(), output);
    }

    private static byte[] signed(String text, String signer) throws Exception {
        Files.writeString(pki.resolve("update.txt"), text);
        openssl(
                "cms -sign -binary -nodetach -md sha256 -outform DER -in update.txt"
                        + " -signer %1$s.pem -inkey %1$s.key -out update.p7m".formatted(signer));
        return Files.readAllBytes(pki.resolve("update.p7m"));
    }

    @BeforeEach
    void serve() throws IOException {
        log.addHandler(said);
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::answer);
    }

    @AfterEach
    void close() throws IOException {
        log.removeHandler(said);
        server.close();
    }

    private void answer() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                int _ = socket.getInputStream().read(new byte[4096]);
                String head =
                        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                                .formatted(served.length);
                socket.getOutputStream().write(head.getBytes(UTF_8));
                socket.getOutputStream().write(served);
            } catch (IOException e) {
                log.log(java.util.logging.Level.FINE, "the server ends", e);
            }
        }
    }

    private UpdateFeed feed() throws IOException {
        return new UpdateFeed(
                URI.create("http://localhost:%d/update".formatted(server.getLocalPort())),
                List.of(Certificate.ofDer(Files.readAllBytes(pki.resolve("root.der")))));
    }

    /// What the settings page is told after the first look.
    private String settings() throws Exception {
        Desk desk = new Desk(home);
        AgentSettings settings =
                new AgentSettings(0, home, List.of(), "", Optional.empty(), Optional.of(feed()));
        try (Agent agent =
                Agent.start(settings, desk.cards(), Clock.systemUTC(), new SecureRandom())) {
            RawHttp http = new RawHttp(agent.port().orElseThrow());
            http.open();
            String answer = http.ask("settings", "{}");
            while (!answer.contains(SHOWN) && !looked.await(50, TimeUnit.MILLISECONDS)) {
                answer = http.ask("settings", "{}");
            }
            return http.ask("settings", "{}");
        }
    }

    @Test
    void a_newer_version_is_shown_in_both_languages() throws Exception {
        served = signed(TEXT, "signer");
        String answer = settings();
        assertTrue(
                answer.contains(
                        "\"update\":{\"version\":\"1.0\",\"link\":\"https://ra.example/perennial\","
                                + "\"zh-TW\":\"支援更多卡片。\",\"en\":\"More cards.\"}"),
                answer);
    }

    @Test
    void signed_by_another_it_is_not_shown() throws Exception {
        served = signed(TEXT, "stranger");
        assertFalse(settings().contains(SHOWN));
    }

    @Test
    void changed_after_it_was_signed_it_is_not_shown() throws Exception {
        byte[] octets = signed(TEXT, "signer");
        String text = new String(octets, ISO_8859_1);
        octets[text.indexOf("version 1.0") + "version ".length()] = '9';
        served = octets;
        assertFalse(settings().contains(SHOWN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "0.1", "0.0.9"})
    void one_that_is_not_newer_is_not_shown(String version) throws Exception {
        served = signed(TEXT.replace("1.0", version), "signer");
        assertFalse(settings().contains(SHOWN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "something else",
                "perennial update 1\nversion 2.0\n",
                "perennial update 1\nversion 2.0\nlink javascript:alert(1)\nzh-TW a\nen a\n",
                "perennial update 1\nversion two\nlink https://a.example/\nzh-TW a\nen a\n"
            })
    void a_text_that_is_not_a_notice_is_not_shown(String text) throws Exception {
        served = signed(text, "signer");
        assertFalse(settings().contains(SHOWN));
    }

    @Test
    void what_is_not_signed_is_not_shown() throws Exception {
        served = TEXT.getBytes(UTF_8);
        assertFalse(settings().contains(SHOWN));
    }

    @Test
    void without_a_feed_there_is_nothing_to_look_at() throws Exception {
        assertEquals(Optional.empty(), new Desk(home).settings().update());
        UpdateWatch off =
                new UpdateWatch(
                        Optional.empty(), "0.1.0", Clock.systemUTC(), pause -> looked.countDown());
        off.start();
        off.close();
        assertEquals(Optional.empty(), off.newer());
        assertEquals(1, looked.getCount());
    }

    @Test
    void an_address_is_http_or_https() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new UpdateFeed(URI.create("file:///etc/passwd"), List.of()));
    }
}
