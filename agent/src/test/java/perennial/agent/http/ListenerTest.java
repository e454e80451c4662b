// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.agent.sockets.SocketOwners;

/// The door over real sockets, and what stands before it.
class ListenerTest {
    private static final int LONGEST = 64;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n";
    private static final String POST =
            "POST /echo HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: %d\r\n%s\r\n";

    private final AtomicInteger reached = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Listener> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Listener::close);
    }

    private final class Echo implements Service {
        @Override
        public Optional<Response> answer(Request request) throws InterruptedException {
            reached.incrementAndGet();
            return switch (request.path()) {
                case "/hello" -> Optional.of(Response.of("text/plain", "hello".getBytes(UTF_8)));
                case "/echo" -> Optional.of(Response.of("text/plain", request.body().clone()));
                case "/held" -> {
                    held.incrementAndGet();
                    released.await();
                    yield Optional.of(Response.of("text/plain", "held".getBytes(UTF_8)));
                }
                default -> Optional.empty();
            };
        }

        @Override
        public int longestBody(Request head) {
            return head.path().equals("/echo") ? LONGEST : 0;
        }
    }

    private int listen() {
        return listen(Limits.ORDINARY, Peers.thisUser());
    }

    private int listen(Limits limits, Peers peers) {
        Listener listener = Listener.open(0, limits, peers);
        opened.add(listener);
        listener.serve(List.of(new Echo()));
        return listener.port();
    }

    private static RawClient says(int port, String octets) throws IOException {
        return new RawClient(port).send(octets.replace("PORT", Integer.toString(port)));
    }

    private static void served(int port) throws IOException {
        try (RawClient client = says(port, GET)) {
            greeted(client);
        }
    }

    private static void greeted(RawClient client) throws IOException {
        String answer = client.answer();
        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        assertTrue(answer.endsWith("\r\n\r\nhello"), answer);
    }

    /// The refusal is the same whatever was wrong, and the connection ends with it.
    private static void refused(RawClient client) throws IOException {
        String answer = client.answer();
        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        assertTrue(answer.contains("\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), answer);
        assertEquals("", client.end());
    }

    // --- what is read

    @Test
    void a_client_that_has_said_everything_and_closes_its_half_is_answered() throws IOException {
        try (RawClient client = says(listen(), GET).endsSending()) {
            greeted(client);
            assertEquals("", client.end());
        }
    }

    @Test
    void a_request_that_comes_octet_by_octet_is_answered() throws IOException {
        int port = listen();
        String request = POST.formatted(5, "").replace("PORT", Integer.toString(port)) + "slow!";
        try (RawClient client = new RawClient(port)) {
            for (String octet : request.split("")) {
                client.send(octet);
            }
            String answer = client.answer();
            assertTrue(answer.endsWith("\r\n\r\nslow!"), answer);
        }
    }

    @Test
    void a_connection_carries_one_request_after_the_other() throws IOException {
        int port = listen();
        try (RawClient client = says(port, GET)) {
            greeted(client);
            client.send(GET.replace("PORT", Integer.toString(port)));
            greeted(client);
            client.send(
                    POST.formatted(2, "Connection: close\r\n")
                                    .replace("PORT", Integer.toString(port))
                            + "ok");
            assertTrue(client.answer().endsWith("\r\n\r\nok"));
            assertEquals("", client.end());
        }
    }

    @Test
    void a_body_that_waits_is_called_for() throws IOException {
        try (RawClient client = says(listen(), POST.formatted(4, "Expect: 100-continue\r\n"))) {
            assertEquals("HTTP/1.1 100 \r\n\r\n", client.answer());
            assertTrue(client.send("body").answer().endsWith("\r\n\r\nbody"));
        }
    }

    @Test
    void a_body_that_waits_and_is_too_long_is_not_called_for() throws IOException {
        String head = POST.formatted(LONGEST + 1, "Expect: 100-continue\r\n");
        try (RawClient client = says(listen(), head).endsSending()) {
            refused(client);
        }
        assertEquals(0, reached.get());
    }

    // --- what is not

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "localhost",
                "localhost:1",
                "localhost:PORT.example.org",
                "LOCALHOST:PORT",
                "localhost.:PORT",
                "user@localhost:PORT",
                "127.1:PORT",
                "0.0.0.0:PORT",
                "localhost:PORT\r\nHost: localhost:PORT",
                "localhost:PORT, localhost:PORT"
            })
    void another_host_is_refused(String host) throws IOException {
        String request = GET.replace("localhost:PORT", host);
        try (RawClient client = says(listen(), request).endsSending()) {
            refused(client);
        }
        assertEquals(0, reached.get());
    }

    @Test
    void a_request_without_a_host_is_refused() throws IOException {
        try (RawClient client = says(listen(), "GET /hello HTTP/1.1\r\n\r\n").endsSending()) {
            refused(client);
        }
        assertEquals(0, reached.get());
    }

    /// Each could be two requests to one reader and one to another.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody!",
                "Content-Length: 5\r\nContent-Length: 5\r\n\r\nbody!",
                "Content-Length: 5, 5\r\n\r\nbody!",
                "Content-Length: +5\r\n\r\nbody!",
                "Content-Length: 0x5\r\n\r\nbody!",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "Content-Length : 5\r\n\r\nbody!",
                "Content-Length:\r\n 5\r\n\r\nbody!",
                "X: y\nContent-Length: 5\r\n\r\nbody!",
                "X: y\rContent-Length: 5\r\n\r\nbody!",
                "X: \0\r\nContent-Length: 5\r\n\r\nbody!",
                "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
                "Expect: something\r\nContent-Length: 5\r\n\r\nbody!",
                "Content-Length: 0\r\n\r\nGET /hello HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n",
                "Content-Length: 1\r\n\r\nxGET /hello HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n"
            })
    void a_request_in_the_shadow_of_another_is_refused(String fields) throws IOException {
        String head = "POST /echo HTTP/1.1\r\nHost: localhost:PORT\r\n";
        try (RawClient client = says(listen(), head + fields).endsSending()) {
            refused(client);
        }
        assertEquals(0, reached.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /hello HTTP/1.0",
                "GET /hello HTTP/2.0",
                "GET http://localhost:PORT/hello HTTP/1.1",
                "CONNECT localhost:PORT HTTP/1.1",
                "PRI * HTTP/2.0",
                "PUT /echo HTTP/1.1",
                "get /hello HTTP/1.1",
                "GET  /hello HTTP/1.1",
                "GET /hello",
                "\u0016\u0003\u0001"
            })
    void another_request_line_is_refused(String line) throws IOException {
        String request = line + "\r\nHost: localhost:PORT\r\n\r\n";
        try (RawClient client = says(listen(), request).endsSending()) {
            refused(client);
        }
        assertEquals(0, reached.get());
    }

    @Test
    void what_ends_before_it_is_whole_is_refused() throws IOException {
        int port = listen();
        try (RawClient head = says(port, "GET /hello HTTP/1.1\r\nHost: loc").endsSending();
                RawClient body = says(port, POST.formatted(10, "") + "half").endsSending()) {
            refused(head);
            refused(body);
        }
        assertEquals(0, reached.get());
    }

    @Test
    void a_body_longer_than_its_route_takes_is_refused_unread() throws IOException {
        int port = listen();
        try (RawClient client = says(port, POST.formatted(LONGEST, "") + "x".repeat(LONGEST))) {
            assertTrue(client.answer().startsWith("HTTP/1.1 200 "));
        }
        for (int length : new int[] {LONGEST + 1, 100_000, 999_999_999}) {
            try (RawClient client = says(port, POST.formatted(length, "")).endsSending()) {
                refused(client);
            }
        }
        assertEquals(1, reached.get());
    }

    @Test
    void a_head_longer_than_any_is_refused() throws IOException {
        String field = "X: %s\r\n".formatted("y".repeat(Wire.MAX_HEAD));
        String request = GET.replace("\r\n\r\n", "\r\n" + field + "\r\n");
        try (RawClient client = says(listen(), request).endsSending()) {
            refused(client);
        }
        assertEquals(0, reached.get());
    }

    // --- who is slow, and who are many

    @Test
    void a_request_that_never_ends_is_sent_away() throws IOException {
        int port = listen(new Limits(8, 8, SHORT, LONG, LONG), Peers.thisUser());
        try (RawClient head = says(port, "GET /hel");
                RawClient body = says(port, POST.formatted(10, "") + "half")) {
            assertEquals("", head.end());
            assertEquals("", body.end());
        }
        served(port);
    }

    @Test
    void a_connection_that_says_nothing_is_sent_away() throws IOException {
        int port = listen(new Limits(8, 8, LONG, SHORT, LONG), Peers.thisUser());
        try (RawClient silent = new RawClient(port);
                RawClient done = says(port, GET)) {
            greeted(done);
            assertEquals("", silent.end());
            assertEquals("", done.end());
        }
    }

    @Test
    void many_slow_ones_do_not_keep_the_holder_out() throws IOException {
        int port = listen();
        List<RawClient> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 4 * Limits.ORDINARY.connections() + Limits.ORDINARY.silent(); i++) {
                slow.add(new RawClient(port));
            }
            for (String octet : "POST /echo HTTP/1.1".split("")) {
                slow.forEach(client -> trickle(client, octet));
                served(port);
            }
        } finally {
            for (RawClient client : slow) {
                client.close();
            }
        }
    }

    private static void trickle(RawClient client, String octet) {
        try {
            client.send(octet);
        } catch (IOException e) {
            // Sent away to make room, which is how it is meant to end.
            assertEquals("", client.end());
        }
    }

    @Test
    void whoever_was_served_stays_when_silent_ones_come() throws IOException {
        int port = listen(new Limits(2, 2, LONG, LONG, LONG), Peers.thisUser());
        try (RawClient holder = says(port, GET)) {
            greeted(holder);
            for (int i = 0; i < 20; i++) {
                try (RawClient gone = new RawClient(port);
                        RawClient _ = new RawClient(port);
                        RawClient _ = new RawClient(port)) {
                    assertEquals("", gone.end());
                }
            }
            holder.send(GET.replace("PORT", Integer.toString(port)));
            greeted(holder);
        }
    }

    @Test
    void work_that_was_begun_is_not_given_up_for_newcomers() throws IOException {
        int port = listen(new Limits(2, 2, LONG, LONG, LONG), Peers.thisUser());
        String request = GET.replace("/hello", "/held");
        try (RawClient one = says(port, request);
                RawClient other = says(port, request)) {
            while (held.get() < 2) {
                Thread.onSpinWait();
            }
            try (RawClient newcomer = says(port, GET)) {
                assertEquals("", newcomer.end());
            }
            released.countDown();
            assertTrue(one.answer().endsWith("held"));
            assertTrue(other.answer().endsWith("held"));
        }
        served(port);
    }

    /// Half of them silent, half in the middle of a request, in processes of their own: each has
    /// descriptors for its part.
    @Test
    void ten_thousand_connections_do_not_keep_the_holder_out() throws Exception {
        int port = listen();
        List<Process> crowds = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                crowds.add(crowd(port, 2500, i % 2 == 0 ? "" : "POST /echo HTTP/1.1"));
            }
            for (Process crowd : crowds) {
                BufferedReader said = crowd.inputReader(UTF_8);
                while (!said.ready() && crowd.isAlive()) {
                    servedInTheRush(port);
                }
                assertEquals(CrowdProcess.OPEN + 2500, said.readLine());
            }
            for (int i = 0; i < 100; i++) {
                served(port);
            }
        } finally {
            for (Process crowd : crowds) {
                crowd.destroyForcibly().waitFor();
            }
        }
    }

    /// While thousands come at once, one that has not said anything yet may have to go before it
    /// does; then its client comes again.
    private static void servedInTheRush(int port) throws IOException {
        String answer = "";
        for (int tries = 0; answer.isEmpty() && tries < 5; tries++) {
            try (RawClient client = says(port, GET)) {
                answer = client.answer();
            } catch (SocketException e) {
                // Reset, or a broken pipe: sent away.
                answer = "";
            }
        }
        assertTrue(answer.endsWith("\r\n\r\nhello"), answer);
    }

    private static Process crowd(int port, int many, String said) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrowdProcess.class.getName(),
                        Integer.toString(port),
                        Integer.toString(many),
                        said)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    // --- who they are

    @Test
    void a_program_of_another_user_is_not_heard() throws IOException {
        SocketOwners owners =
                SocketOwners.ofThisSystem().orElse((local, remote) -> Optional.empty());
        int port = listen(Limits.ORDINARY, new SameUser(thisUser() + 1, owners));
        try (RawClient client = says(port, GET)) {
            assertEquals("", client.end());
        }
        assertEquals(0, reached.get());
    }

    /// A client in a shell, of whatever user.
    private static String shell(int port, String... before) throws IOException {
        String script =
                "exec 3<>/dev/tcp/127.0.0.1/PORT; printf '%s' >&3; head -n 1 <&3"
                        .formatted(GET.replace("\r\n", "\\r\\n"))
                        .replace("PORT", Integer.toString(port));
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of("bash", "-c", script));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(client.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void another_user_of_this_computer_is_not_heard() throws IOException {
        assumeTrue(
                thisUser() == 0 && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "root may become another user");
        int port = listen();
        assertEquals("HTTP/1.1 200 ", shell(port).strip() + " ");
        assertEquals(1, reached.get());
        String other = shell(port, "setpriv", "--reuid", "65534", "--clear-groups");
        assertTrue(other.isEmpty() || other.contains("reset by peer"), other);
        assertEquals(1, reached.get());
    }

    private static long thisUser() throws IOException {
        return ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    }
}
