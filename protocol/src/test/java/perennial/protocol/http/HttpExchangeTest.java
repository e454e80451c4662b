// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import perennial.core.advice.Problem;
import perennial.protocol.cmp.ProtocolException;

final class HttpExchangeTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final HttpServer server = started();
    private final CountDownLatch end = new CountDownLatch(1);

    private static HttpServer started() {
        try {
            HttpServer created =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            created.start();
            return created;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    @Test
    void octets_go_out_and_come_back_as_pkixcmp() {
        server.createContext(
                "/.well-known/cmp",
                exchange -> {
                    String type = exchange.getRequestHeaders().getFirst("Content-Type");
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    boolean good =
                            exchange.getRequestMethod().equals("POST")
                                    && type.equals("application/pkixcmp");
                    exchange.getResponseHeaders().set("Content-Type", "application/pkixcmp");
                    exchange.sendResponseHeaders(good ? 200 : 500, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        byte[] octets = {1, 2, 3, (byte) 0xFF};

        assertArrayEquals(octets, exchanged(LONG, octets));
    }

    @Test
    void an_error_status_with_a_message_is_an_answer() {
        answers(500, "application/pkixcmp; charset=x", new byte[] {7});
        assertArrayEquals(new byte[] {7}, exchanged(LONG, new byte[1]));
    }

    @Test
    void what_is_no_message_is_refused() {
        answers(200, "text/html", new byte[] {7});
        assertEquals(Problem.RA_ANSWER_INVALID, problem(LONG));
    }

    @Test
    void a_redirect_is_not_followed() {
        answers(302, "application/pkixcmp", new byte[] {7});
        assertEquals(Problem.RA_ANSWER_INVALID, problem(LONG));
    }

    @Test
    void an_empty_answer_is_refused() {
        answers(404, "application/pkixcmp", new byte[0]);
        assertEquals(Problem.RA_ANSWER_INVALID, problem(LONG));
    }

    @Test
    void the_longest_answer_is_taken_and_a_longer_one_is_not_read() {
        answers(200, "application/pkixcmp", new byte[HttpExchange.MAX_OCTETS]);
        assertEquals(HttpExchange.MAX_OCTETS, exchanged(LONG, new byte[1]).length);

        server.removeContext("/.well-known/cmp");
        endless();
        assertEquals(Problem.RA_ANSWER_INVALID, problem(LONG));
    }

    @Test
    void an_answer_that_stops_halfway_is_no_answer() {
        server.createContext(
                "/.well-known/cmp",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "application/pkixcmp");
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    awaitEnd();
                });
        assertEquals(Problem.RA_UNREACHABLE, problem(Duration.ofMillis(400)));
    }

    @Test
    void nobody_there_is_told_as_unreachable() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (HttpExchange exchange =
                new HttpExchange(URI.create("http://127.0.0.1:%d/".formatted(free)), LONG)) {
            assertEquals(
                    Problem.RA_UNREACHABLE,
                    assertThrows(ProtocolException.class, () -> exchange.exchange(new byte[1]))
                            .problem());
        }
    }

    @Test
    void other_schemes_are_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new HttpExchange(URI.create("file:///etc/passwd"), LONG));
    }

    private void endless() {
        server.createContext(
                "/.well-known/cmp",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "application/pkixcmp");
                    exchange.sendResponseHeaders(200, 0);
                    byte[] part = new byte[8192];
                    // Ends when the client has closed the connection.
                    while (end.getCount() > 0) {
                        exchange.getResponseBody().write(part);
                    }
                });
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answers(int status, String type, byte[] body) {
        server.createContext(
                "/.well-known/cmp",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", type);
                    exchange.getResponseHeaders().set("Location", "/elsewhere");
                    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    private byte[] exchanged(Duration timeout, byte[] request) {
        try (HttpExchange exchange = new HttpExchange(uri(), timeout)) {
            return exchange.exchange(request);
        }
    }

    private Problem problem(Duration timeout) {
        return assertThrows(ProtocolException.class, () -> exchanged(timeout, new byte[] {1, 2}))
                .problem();
    }

    private URI uri() {
        return URI.create(
                "http://127.0.0.1:%d/.well-known/cmp".formatted(server.getAddress().getPort()));
    }
}
