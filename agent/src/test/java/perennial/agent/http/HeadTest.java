// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeadTest {
    private static final String BROWSER =
            """
            POST /window/api/pin?a=b&c=%E6?d HTTP/1.1
            Host: localhost:61161
            Connection: keep-alive
            Content-Length: 42
            Cookie: of-another-program=\u00e6\u0086\u0091
            X-Empty:
            Accept-Language:  zh-TW,zh;q=0.9\t

            """
                    .replace("\n", "\r\n");

    private static Head parse(String text) throws RefusedException {
        return Head.parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void what_a_browser_sends_is_read() throws RefusedException {
        Head head = parse(BROWSER);
        assertEquals("POST", head.request().method());
        assertEquals("/window/api/pin", head.request().path());
        assertEquals("a=b&c=%E6?d", head.request().query());
        assertEquals("localhost:61161", head.request().fields().only("host"));
        assertEquals("zh-TW,zh;q=0.9", head.request().fields().only("Accept-Language"));
        assertEquals(List.of(""), head.request().fields().values("x-empty"));
        assertEquals(42, head.length());
        assertEquals(false, head.waits());
        assertEquals(false, head.last());
        assertEquals(true, parse(with("Connection: Keep-Alive, Close")).last());
        assertEquals(true, parse(with("Expect: 100-Continue")).waits());
    }

    private static String with(String field) {
        return "POST / HTTP/1.1\r\nHost: localhost:1\r\n" + field + "\r\n\r\n";
    }

    static Stream<String> whatTwoReadersCouldUnderstandInTwoWays() {
        Stream<String> lines =
                Stream.of(
                                "GET / HTTP/1.0",
                                "GET / HTTP/1.1 ",
                                "GET /",
                                "GET  / HTTP/1.1",
                                "GET\t/ HTTP/1.1",
                                " GET / HTTP/1.1",
                                "get / HTTP/1.1",
                                "HEAD / HTTP/1.1",
                                "PUT / HTTP/1.1",
                                "DELETE / HTTP/1.1",
                                "TRACE / HTTP/1.1",
                                "CONNECT localhost:80 HTTP/1.1",
                                "PRI * HTTP/2.0",
                                "OPTIONS * HTTP/1.1",
                                "GET http://localhost:1/ HTTP/1.1",
                                "GET window HTTP/1.1",
                                "GET /#part HTTP/1.1",
                                "GET /\u00e6 HTTP/1.1",
                                "GET /\u0000 HTTP/1.1",
                                "GET /a b HTTP/1.1",
                                "GET /\" HTTP/1.1",
                                "\r\nGET / HTTP/1.1",
                                "")
                        .map(line -> line + "\r\nHost: localhost:1\r\n\r\n");
        Stream<String> fields =
                Stream.of(
                                "Transfer-Encoding: chunked",
                                "Transfer-Encoding: identity",
                                "transfer-encoding:",
                                "Content-Length: 1\r\nContent-Length: 1",
                                "Content-Length: 1\r\ncontent-length: 2",
                                "Content-Length: 1, 1",
                                "Content-Length: +1",
                                "Content-Length: -1",
                                "Content-Length: 0x1",
                                "Content-Length: 1 1",
                                "Content-Length:",
                                "Content-Length: 9999999999",
                                "Content-Length : 1",
                                "Content-Length\t: 1",
                                " Content-Length: 1",
                                "X: folded\r\n to here",
                                "X: folded\r\n\tto here",
                                "X: bare\nContent-Length: 1",
                                "X: bare\rContent-Length: 1",
                                "X: nul\u0000",
                                "X: delete\u007f",
                                "X\u00e6: name",
                                ": no name",
                                "no colon",
                                "Upgrade: websocket",
                                "Upgrade: h2c",
                                "Expect: something",
                                "Expect: 100-continue\r\nExpect: 100-continue")
                        .map(HeadTest::with);
        Stream<String> bodies =
                Stream.of("GET", "OPTIONS")
                        .map(method ->
                                method
                                        + " / HTTP/1.1\r\nHost: localhost:1\r\n"
                                        + "Content-Length: 1\r\n\r\n");
        Stream<String> ends =
                Stream.of(
                        "GET / HTTP/1.1\nHost: localhost:1\n\n",
                        "GET / HTTP/1.1\r\nHost: localhost:1\r\n",
                        with("X: y\r\n".repeat(200).strip()));
        return Stream.of(lines, fields, bodies, ends).flatMap(all -> all);
    }

    @ParameterizedTest
    @MethodSource("whatTwoReadersCouldUnderstandInTwoWays")
    void what_two_readers_could_understand_in_two_ways_is_refused(String head) {
        assertThrows(RefusedException.class, () -> parse(head));
    }

    /// Whatever is changed: it is refused, or what was understood is all that was said.
    @Test
    void no_change_of_octets_hides_a_second_meaning() {
        Random random = new Random(18);
        int understood = 0;
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder changed = new StringBuilder(BROWSER);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(changed.length());
                char octet = "\r\n\t :,\u0000\u007f\u00ff0aA".charAt(random.nextInt(12));
                switch (random.nextInt(3)) {
                    case 0 -> changed.setCharAt(at, octet);
                    case 1 -> changed.insert(at, octet);
                    default -> changed.deleteCharAt(at);
                }
            }
            try {
                Head head = parse(changed.toString());
                understood++;
                assertEquals(
                        changed.toString().split("\r\n").length - 1,
                        head.request().fields().all().size());
                for (Fields.Field field : head.request().fields().all()) {
                    assertTrue((field.name() + field.value()).chars().noneMatch(c -> c < '\t'));
                    assertTrue((field.name() + field.value()).indexOf('\n') < 0);
                    assertTrue((field.name() + field.value()).indexOf('\r') < 0);
                }
                assertTrue(head.length() >= 0);
            } catch (RefusedException e) {
                refused++;
            }
        }
        assertTrue(understood > 1000 && refused > 1000, understood + " and " + refused);
    }
}
