// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The door over real sockets.
@Timeout(120)
class ListenerTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int CONNECTIONS = 8;
    private static final Limits PATIENT = new Limits(CONNECTIONS, LONG, LONG, LONG);

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<byte[]> lastBody = new AtomicReference<>(new byte[0]);
    private final CountDownLatch release = new CountDownLatch(1);
    private Optional<Listener> listener = Optional.empty();

    @AfterEach
    void close() {
        listener.ifPresent(Listener::close);
    }

    /// Answers POST with how long the body was, and GET of `/slow` when it is released.
    private final class Counting implements Service {
        @Override
        public Optional<Response> answer(Request request) throws InterruptedException {
            asked.incrementAndGet();
            if (request.path().equals("/broken")) {
                throw new IllegalStateException("by the test");
            }
            if (request.path().equals("/slow")) {
                release.await();
            }
            lastBody.set(request.body());
            String said = request.path() + " " + sum(request.body());
            return request.path().equals("/not-mine")
                    ? Optional.empty()
                    : Optional.of(Response.of("text/plain", said.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public int longestBody(Request head) {
            return head.path().equals("/body") ? 100_000 : 0;
        }
    }

    private static int sum(byte[] body) {
        int sum = 0;
        for (byte octet : body) {
            sum += octet;
        }
        return sum;
    }

    private int serve(Limits limits, Peers peers, Service... services) {
        Listener opened = Listener.open(0, limits, peers);
        listener = Optional.of(opened);
        opened.serve(List.of(services));
        return opened.port();
    }

    private int serve(Limits limits) {
        return serve(limits, Peers.thisUser(), new Counting());
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static String head(int port, String line, String... fields) {
        StringBuilder head = new StringBuilder(line + " HTTP/1.1\r\nHost: localhost:" + port);
        for (String field : fields) {
            head.append("\r\n").append(field);
        }
        return head.append("\r\n\r\n").toString();
    }

    /// Everything up to the end of the connection.
    private static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /// One answer; the connection stays.
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return text.toString();
            }
            text.append((char) octet);
        }
        int length =
                text.toString()
                        .lines()
                        .filter(line -> line.startsWith("Content-Length: "))
                        .mapToInt(line -> Integer.parseInt(line.substring(16)))
                        .findFirst()
                        .orElse(0);
        return text + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    private static String once(int port, String request) throws IOException {
        try (Socket socket = connect(port)) {
            send(socket, request);
            socket.shutdownOutput();
            return all(socket);
        }
    }

    private static void served(int port) throws IOException {
        String answer = once(port, head(port, "GET /page"));
        assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("/page 0"), answer);
    }

    private static void refused(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        assertTrue(answer.contains("\r\nContent-Length: 0\r\n"), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\n"), answer);
    }

    @Test
    void one_connection_carries_many_requests_one_after_the_other() throws IOException {
        int port = serve(PATIENT);
        try (Socket socket = connect(port)) {
            for (int i = 0; i < 100; i++) {
                send(socket, head(port, "POST /body", "Content-Length: " + i) + "\1".repeat(i));
                String answer = answer(socket);
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
                assertTrue(answer.endsWith("/body " + i), answer);
                assertTrue(answer.contains("\r\nX-Content-Type-Options: nosniff\r\n"), answer);
            }
            send(socket, head(port, "GET /last", "Connection: close"));
            assertTrue(all(socket).endsWith("/last 0"));
        }
        assertEquals(101, asked.get());
    }

    @Test
    void a_request_in_many_pieces_is_one_request() throws IOException {
        int port = serve(PATIENT);
        String body = "\1".repeat(60_000);
        String whole = head(port, "POST /body", "Content-Length: 60000") + body;
        try (Socket socket = connect(port)) {
            socket.setTcpNoDelay(true);
            for (int i = 0; i < whole.length(); i += i < 200 ? 1 : 7_001) {
                send(
                        socket,
                        whole.substring(i, Math.min(whole.length(), i + (i < 200 ? 1 : 7_001))));
            }
            assertTrue(answer(socket).endsWith("/body 60000"));
        }
    }

    @Test
    void a_body_that_is_held_back_is_called_for() throws IOException {
        int port = serve(PATIENT);
        try (Socket socket = connect(port)) {
            send(socket, head(port, "POST /body", "Content-Length: 3", "Expect: 100-continue"));
            assertTrue(answer(socket).startsWith("HTTP/1.1 100 "));
            send(socket, "\1\1\1");
            assertTrue(answer(socket).endsWith("/body 3"));
            send(socket, head(port, "POST /other", "Content-Length: 3", "Expect: 100-continue"));
            refused(all(socket));
        }
    }

    @Test
    void what_was_sent_is_wiped_when_it_is_answered() throws IOException {
        int port = serve(PATIENT);
        try (Socket socket = connect(port)) {
            send(socket, head(port, "POST /body", "Content-Length: 6") + "123456");
            assertTrue(answer(socket).startsWith("HTTP/1.1 200 "));
        }
        assertArrayEquals(new byte[6], lastBody.get());
    }

    @Test
    void no_service_sees_what_is_refused() throws IOException {
        int port = serve(PATIENT);
        for (String host :
                List.of(
                        "localhost",
                        "localhost:1",
                        "evil.example:" + port,
                        "127.1:" + port,
                        "LOCALHOST:" + port,
                        "localhost.:" + port)) {
            refused(once(port, "GET /page HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
        }
        refused(once(port, "GET /page HTTP/1.1\r\n\r\n"));
        refused(once(port, head(port, "GET /page", "Host: localhost:" + port)));
        refused(once(port, head(port, "GET /page", "Upgrade: websocket", "Connection: Upgrade")));
        refused(once(port, head(port, "HEAD /page")));
        refused(
                once(
                        port,
                        head(port, "POST /body", "Content-Length: 100001") + "x".repeat(100_001)));
        refused(once(port, head(port, "POST /page", "Content-Length: 1") + "x"));
        refused(once(port, head(port, "POST /body", "Content-Length: 5") + "four"));
        refused(
                once(
                        port,
                        head(port, "POST /body", "Transfer-Encoding: chunked")
                                + "1\r\nx\r\n0\r\n\r\n"));
        refused(once(port, head(port, "GET /page", "X: " + "x".repeat(16 * 1024))));
        refused(once(port, head(port, "GET /page") + head(port, "GET /second")));
        refused(
                once(
                        port,
                        head(port, "POST /body", "Content-Length: 1")
                                + "x"
                                + head(port, "GET /second")));
        assertEquals(0, asked.get());
        refused(once(port, head(port, "GET /not-mine")));
        refused(once(port, head(port, "GET /broken")));
        assertEquals(2, asked.get());
        served(port);
    }

    @Test
    void services_are_asked_in_their_order() throws IOException {
        Service second = request -> Optional.of(Response.of("text/plain", new byte[] {'2'}));
        int port = serve(PATIENT, Peers.thisUser(), new Counting(), second);
        served(port);
        assertTrue(once(port, head(port, "GET /not-mine")).endsWith("\r\n\r\n2"));
    }

    @Test
    void whom_the_door_does_not_admit_is_read_nothing_of_and_told_nothing() throws IOException {
        int port = serve(PATIENT, (peer, own) -> false, new Counting());
        try (Socket socket = connect(port)) {
            assertEquals(-1, socket.getInputStream().read());
        }
        assertEquals(0, asked.get());
    }

    @Test
    void slow_ones_are_sent_away_and_told_nothing() throws IOException {
        Duration brief = Duration.ofMillis(50);
        int port = serve(new Limits(CONNECTIONS, brief, LONG, LONG));
        try (Socket socket = connect(port)) {
            send(socket, "GET /page HTTP/1.1\r\nHo");
            assertEquals("", all(socket));
        }
        listener.orElseThrow().close();
        int other = serve(new Limits(CONNECTIONS, LONG, brief, LONG));
        try (Socket socket = connect(other)) {
            assertEquals("", all(socket));
        }
        assertEquals(0, asked.get());
    }

    /// Each holds what it has and is never heard of again.
    @Test
    void half_a_request_a_hundred_times_keeps_nobody_out() throws IOException {
        int port = serve(PATIENT);
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Socket socket = connect(port);
            slow.add(socket);
            send(
                    socket,
                    i % 2 == 0
                            ? "GET /page HTTP/1.1\r\n"
                            : head(port, "POST /body", "Content-Length: 9") + "half");
        }
        served(port);
        assertEquals(1, asked.get());
        for (Socket socket : slow.subList(0, 100 - CONNECTIONS)) {
            assertEquals("", all(socket));
        }
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @Test
    void a_thousand_open_connections_keep_nobody_out() throws IOException {
        int port = serve(Limits.ORDINARY);
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                open.add(
                        SocketChannel.open(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)));
            }
            served(port);
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
        served(port);
    }

    @Test
    void an_answer_that_is_not_fetched_keeps_nobody_out() throws IOException {
        Service large = request -> Optional.of(Response.of("text/plain", new byte[64 << 20]));
        int port =
                serve(
                        PATIENT,
                        Peers.thisUser(),
                        (Service)
                                request ->
                                        request.path().equals("/large")
                                                ? large.answer(request)
                                                : Optional.empty(),
                        new Counting());
        List<Socket> lazy = new ArrayList<>();
        for (int i = 0; i < 3 * CONNECTIONS; i++) {
            Socket socket = connect(port);
            lazy.add(socket);
            send(socket, head(port, "GET /large"));
        }
        served(port);
        for (Socket socket : lazy) {
            socket.close();
        }
    }

    @Test
    void whom_a_service_works_for_does_not_have_to_go() throws Exception {
        int port = serve(PATIENT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Socket holder = connect(port)) {
            send(holder, head(port, "GET /slow"));
            awaitAsked(1);
            List<Socket> others = new ArrayList<>();
            for (int i = 0; i < 3 * CONNECTIONS; i++) {
                others.add(connect(port));
            }
            served(port);
            Future<String> answer = threads.submit(() -> answer(holder));
            release.countDown();
            assertTrue(answer.get().endsWith("/slow 0"));
            for (Socket socket : others) {
                socket.close();
            }
        }
    }

    @Test
    void when_a_service_works_for_every_one_the_next_has_to_come_again() throws Exception {
        int port = serve(PATIENT);
        List<Socket> working = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Socket socket = connect(port);
            working.add(socket);
            send(socket, head(port, "GET /slow"));
            awaitAsked(i + 1);
        }
        try (Socket late = connect(port)) {
            assertEquals(-1, late.getInputStream().read());
        }
        release.countDown();
        for (Socket socket : working) {
            assertTrue(answer(socket).endsWith("/slow 0"));
            socket.close();
        }
        served(port);
    }

    private void awaitAsked(int count) throws InterruptedException {
        while (asked.get() < count) {
            Thread.sleep(5);
        }
    }

    @Test
    void closing_ends_what_is_under_way() throws Exception {
        int port = serve(PATIENT);
        try (Socket idle = connect(port);
                Socket working = connect(port)) {
            send(working, head(port, "GET /slow"));
            awaitAsked(1);
            listener.orElseThrow().close();
            assertEquals("", all(idle));
            assertEquals("", all(working));
        }
    }

    @Test
    void whatever_octets_come_the_next_one_is_served() throws IOException {
        int port = serve(PATIENT);
        Random random = new Random(18);
        String good = head(port, "POST /body", "Content-Length: 4", "Accept: */*") + "body";
        int understood = 0;
        for (int i = 0; i < 1500; i++) {
            StringBuilder changed = new StringBuilder(good);
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(changed.length());
                switch (random.nextInt(4)) {
                    case 0 -> changed.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> changed.insert(at, (char) random.nextInt(256));
                    case 2 -> changed.deleteCharAt(at);
                    default -> changed.insert(at, "\r\n");
                }
            }
            String answer = once(port, changed.toString());
            if (answer.startsWith("HTTP/1.1 200 ")) {
                understood++;
            } else {
                refused(answer);
            }
        }
        assertTrue(understood > 100, "understood: " + understood);
        served(port);
    }
}
