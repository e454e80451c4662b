// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.ca.CaException;
import perennial.ca.Passphrase;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.http.BytesHandler;

class AuthorityServerTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final CountDownLatch ENTERED = new CountDownLatch(1);
    private static final CountDownLatch LEAVE = new CountDownLatch(1);
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.EPOCH);

    @TempDir private static Path folder;
    private static TestPki pki;
    private static Passphrase passphrase;
    private static AuthorityServer server;

    @BeforeAll
    static void start() {
        pki = new TestPki(folder);
        pki.issue("server", "subjectAltName=IP:127.0.0.1,DNS:localhost");
        pki.issue("renewed", "subjectAltName=IP:127.0.0.1,DNS:localhost");
        pki.issue("holder", "keyUsage=critical,digitalSignature", "extendedKeyUsage=clientAuth");
        pki.issue("plain", "basicConstraints=CA:FALSE");
        pki.issue(
                "ra", "keyUsage=critical,digitalSignature", "extendedKeyUsage=1.3.6.1.5.5.7.3.28");
        pki.issue("decryption", "keyUsage=critical,keyEncipherment");
        pki.issue("web", "extendedKeyUsage=serverAuth");
        passphrase = new Passphrase("passphrase".toCharArray());
        server = server(Limits.LONG);
    }

    @AfterAll
    static void stop() {
        server.close();
        passphrase.close();
    }

    private static final class Limits {
        static final AuthorityServer.Limits LONG =
                new AuthorityServer.Limits(100, Duration.ofMinutes(2), Duration.ofSeconds(20));
        static final AuthorityServer.Limits SHORT =
                new AuthorityServer.Limits(100, Duration.ofMillis(700), Duration.ofSeconds(20));
    }

    private static AuthorityServer server(AuthorityServer.Limits limits) {
        Clock clock = InstantSource.system().withZone(ZoneOffset.UTC);
        return AuthorityServer.start(
                List.of(
                        new ServerListener("127.0.0.1", 0, Optional.empty(), mounts()),
                        new ServerListener(
                                "127.0.0.1",
                                0,
                                Optional.of(
                                        new TlsSettings(
                                                new Pkcs12Credential(
                                                        pki.file("server.p12"),
                                                        passphrase,
                                                        ((InstantSource) NOW::get)
                                                                .withZone(ZoneOffset.UTC)),
                                                List.of(pki.authority()),
                                                clock)),
                                mounts())),
                limits);
    }

    private static Map<String, Mount> mounts() {
        BytesHandler broken =
                _ -> {
                    throw new IllegalStateException("a secret detail");
                };
        BytesHandler noDatabase =
                _ -> {
                    throw new CaException(Problem.DATABASE_UNAVAILABLE, "a secret detail");
                };
        BytesHandler slow =
                _ -> {
                    ENTERED.countDown();
                    try {
                        LEAVE.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return text(200, "late");
                };
        return Map.of(
                "/echo",
                new Mount(AuthorityServerTest::echo, 1000),
                "/echo/inner",
                new Mount(_ -> text(200, "inner"), 0),
                "/broken",
                new Mount(broken, 0),
                "/no-database",
                new Mount(noDatabase, 0),
                "/slow",
                new Mount(slow, 0));
    }

    private static BytesHandler.Answer echo(BytesHandler.Request request) {
        return new BytesHandler.Answer(
                200,
                "text/plain",
                Map.of("X-Word", request.header("x-word").orElse("none")),
                "%s|%s|%s|%s|%d"
                        .formatted(
                                request.method(),
                                request.path(),
                                request.query(),
                                request.peer().isEmpty()
                                        ? "nobody"
                                        : request.peer().getFirst().subjectText(),
                                request.body().length)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static BytesHandler.Answer text(int status, String text) {
        return new BytesHandler.Answer(
                status, "text/plain", Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static URI plain(String path) {
        return server.addresses().getFirst().resolve(path);
    }

    private static URI secure(String path) {
        return server.addresses().getLast().resolve(path);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void the_longest_mount_answers_with_path_and_query_undecoded() throws Exception {
        assertEquals(
                "GET|/a%2Fb+//c|x=%20&y|nobody|0",
                send(HttpRequest.newBuilder(plain("/echo/a%2Fb+//c?x=%20&y"))).body());
        assertEquals("inner", send(HttpRequest.newBuilder(plain("/echo/inner/x"))).body());
        assertEquals(
                "GET|/innermost||nobody|0",
                send(HttpRequest.newBuilder(plain("/echo/innermost"))).body());
        HttpResponse<String> head =
                send(HttpRequest.newBuilder(plain("/echo")).HEAD().header("X-Word", "one"));
        assertEquals("", head.body());
        assertEquals("one", head.headers().firstValue("x-word").orElseThrow());
        assertEquals("14", head.headers().firstValue("content-length").orElseThrow());
        for (String path : List.of("/", "/echoes", "/ech", "/ocsp")) {
            assertEquals(404, send(HttpRequest.newBuilder(plain(path))).statusCode(), path);
        }
        assertEquals(
                Optional.empty(),
                send(HttpRequest.newBuilder(plain("/"))).headers().firstValue("server"));
    }

    @Test
    void a_body_that_is_too_long_is_refused_before_it_is_read() throws Exception {
        assertEquals("POST|||nobody|1000", post(new byte[1000]).body());
        assertEquals(413, post(new byte[1001]).statusCode());
        // The length alone decides: none of the body is ever sent.
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), plain("/").getPort())) {
            socket.getOutputStream()
                    .write(
                            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        }
        HttpResponse<String> chunked =
                send(
                        HttpRequest.newBuilder(plain("/echo"))
                                .POST(
                                        HttpRequest.BodyPublishers.ofByteArrays(
                                                List.of(new byte[600], new byte[600]))));
        assertEquals(413, chunked.statusCode());
    }

    private static HttpResponse<String> post(byte[] body) throws Exception {
        return send(
                HttpRequest.newBuilder(plain("/echo"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    @Test
    void a_failure_says_no_more_than_whether_to_ask_again() throws Exception {
        HttpResponse<String> broken = send(HttpRequest.newBuilder(plain("/broken")));
        assertEquals(500, broken.statusCode());
        assertEquals("internal error", broken.body());
        HttpResponse<String> later = send(HttpRequest.newBuilder(plain("/no-database")));
        assertEquals(503, later.statusCode());
        assertEquals("30", later.headers().firstValue("retry-after").orElseThrow());
        assertFalse(later.body().contains("secret"));
    }

    @ParameterizedTest
    @CsvSource({"holder,CN=holder", "plain,CN=plain", "ra,CN=ra", "'',nobody"})
    void who_shows_a_certificate_of_our_authority_is_known_by_it(String client, String name) {
        for (String version : List.of("--tls-max 1.2", "--tlsv1.3")) {
            TestPki.Output answer = curl(version, client, "/echo");
            assertEquals(0, answer.code(), answer.text());
            assertEquals("GET|||" + name + "|0", answer.text());
        }
    }

    @ParameterizedTest
    @CsvSource({"decryption", "web", "stranger"})
    void a_certificate_of_others_or_for_other_uses_ends_the_handshake(String client)
            throws IOException {
        pki.run(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                        + " -subj /CN=holder -keyout stranger.key -out stranger.pem");
        TestPki.Output answer = curl("--tlsv1.2", client, "/echo");
        assertNotEquals(0, answer.code(), answer.text());
        assertFalse(answer.text().contains("GET|"), answer.text());
    }

    @Test
    void old_versions_of_tls_are_not_spoken() {
        String target = "127.0.0.1:" + secure("/").getPort();
        for (String version : List.of("-tls1", "-tls1_1")) {
            TestPki.Output old =
                    pki.run(
                            "openssl s_client %s -cipher DEFAULT@SECLEVEL=0 -connect %s"
                                    .formatted(version, target));
            assertNotEquals(0, old.code(), old.text());
            assertTrue(old.text().contains("alert protocol version"), old.text());
        }
        assertEquals(0, pki.run("openssl s_client -tls1_2 -connect " + target).code());
    }

    @Test
    void a_renewed_certificate_is_shown_without_a_restart() throws IOException {
        Path file = pki.file("server.p12");
        byte[] before = Files.readAllBytes(file);
        assertTrue(shown().contains("CN = server"), shown());
        NOW.updateAndGet(now -> now.plusSeconds(10));
        Files.writeString(file, "half a file");
        assertTrue(shown().contains("CN = server"), shown());

        Files.copy(pki.file("renewed.p12"), file, StandardCopyOption.REPLACE_EXISTING);
        NOW.updateAndGet(now -> now.plusSeconds(10));
        assertTrue(shown().contains("CN = renewed"), shown());

        Files.write(file, before);
        NOW.updateAndGet(now -> now.plusSeconds(10));
        assertTrue(shown().contains("CN = server"), shown());
    }

    private static String shown() {
        return pki.run("openssl s_client -connect 127.0.0.1:" + secure("/").getPort()).text();
    }

    @ParameterizedTest
    @CsvSource({
        "'GET /echo HTTP/1.1\r\nHost: a\r\nX: '",
        "'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n'",
        "''"
    })
    void who_sends_a_request_octet_by_octet_is_cut_off(String begun) throws Exception {
        try (AuthorityServer strict = server(Limits.SHORT);
                Socket socket =
                        new Socket(
                                InetAddress.getLoopbackAddress(),
                                strict.addresses().getFirst().getPort())) {
            socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(50);
            boolean open = true;
            // Each octet comes well before any idle time-out; the loop ends when we are cut off.
            while (open) {
                try {
                    socket.getOutputStream().write('G');
                    open = socket.getInputStream().read() >= 0;
                } catch (java.net.SocketTimeoutException _) {
                    open = true;
                } catch (IOException _) {
                    open = false;
                }
            }
            assertFalse(open);
        }
    }

    @Test
    void a_request_under_way_is_answered_when_the_server_stops() throws Exception {
        AuthorityServer stopping = server(Limits.LONG);
        URI slow = stopping.addresses().getFirst().resolve("/slow");
        CompletableFuture<HttpResponse<String>> answer =
                HTTP.sendAsync(
                        HttpRequest.newBuilder(slow).build(), HttpResponse.BodyHandlers.ofString());
        ENTERED.await();
        Thread closing = Thread.ofVirtual().start(stopping::close);
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), slow.getPort()).close();
                Thread.onSpinWait();
            } catch (ConnectException _) {
                break;
            }
        }
        LEAVE.countDown();
        assertEquals("late", answer.join().body());
        closing.join();
    }

    @Test
    void an_address_that_is_taken_is_named() {
        ProtocolException taken =
                assertThrows(
                        ProtocolException.class,
                        () ->
                                AuthorityServer.start(
                                        List.of(
                                                new ServerListener(
                                                        "127.0.0.1",
                                                        plain("/").getPort(),
                                                        Optional.empty(),
                                                        Map.of())),
                                        Limits.LONG));
        assertEquals(Problem.CONFIGURATION_INVALID, taken.problem());
        assertEquals(FailInfo.systemFailure, taken.failInfo());
        assertTrue(
                String.valueOf(taken.getMessage()).contains(String.valueOf(plain("/").getPort())),
                taken.getMessage());
    }

    @Test
    void a_file_without_a_key_is_refused_at_the_start() throws IOException {
        pki.run("openssl pkcs12 -export -nokeys -in ca.pem -passout pass:passphrase -out none.p12");
        for (String name : List.of("none.p12", "absent.p12", "ca.pem")) {
            CaException refused =
                    assertThrows(
                            CaException.class,
                            () ->
                                    new Pkcs12Credential(
                                            pki.file(name), passphrase, Clock.systemUTC()));
            assertEquals(Problem.FILE_NOT_USABLE, refused.problem());
        }
    }

    private static TestPki.Output curl(String options, String client, String path) {
        String shown = client.isEmpty() ? "" : " --cert %1$s.pem --key %1$s.key".formatted(client);
        return pki.run("curl -sS %s --cacert ca.pem%s %s".formatted(options, shown, secure(path)));
    }
}
