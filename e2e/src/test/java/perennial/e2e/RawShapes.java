// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Requests that no browser makes, or only a misled one.
final class RawShapes {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final String BODY = "{}";

    private RawShapes() {}

    /// @param octets of ISO 8859-1
    record Shape(String name, String octets) {}

    /// What came back before the end of the connection; empty for nothing.
    static String sent(int port, String octets) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            return "";
        }
    }

    static List<Shape> all(int port) {
        List<Shape> all = new ArrayList<>();
        hosts(port).forEach(host -> all.add(new Shape("Host " + host, get("/window", host))));
        String own = "localhost:" + port;
        String from = "Host: " + own + "\r\nOrigin: http://" + own + "\r\n";
        all.add(new Shape("no Host", "GET /window HTTP/1.1\r\n\r\n"));
        all.add(
                new Shape(
                        "two Hosts",
                        "GET /window HTTP/1.1\r\nHost: " + own + "\r\nHost: " + own + "\r\n\r\n"));
        for (String method : List.of("HEAD", "PUT", "DELETE", "TRACE", "PATCH", "CONNECT")) {
            all.add(new Shape(method, method + " /window HTTP/1.1\r\nHost: " + own + "\r\n\r\n"));
        }
        all.add(new Shape("GET of what has an effect", get("/window/api/open", own)));
        all.add(new Shape("GET of the dialect's sign", get("/sign", own)));
        all.add(new Shape("foreign Origin", post("/window/api/open", foreign(own))));
        all.add(
                new Shape(
                        "null Origin",
                        post("/window/api/open", "Host: " + own + "\r\nOrigin: null\r\n")));
        all.add(new Shape("no Origin", post("/window/api/open", "Host: " + own + "\r\n")));
        all.add(
                new Shape(
                        "own Origin, another site's page",
                        post("/window/api/open", from + "Sec-Fetch-Site: cross-site\r\n")));
        all.add(
                new Shape(
                        "own Origin, another port's page",
                        post("/window/api/open", from + "Sec-Fetch-Site: same-site\r\n")));
        all.add(new Shape("no window", post("/window/api/readers", from)));
        all.add(
                new Shape(
                        "a guessed window",
                        post("/window/api/card", from + "X-Perennial-Window: AAAAAAAA\r\n")));
        all.add(new Shape("an unknown question", post("/window/api/everything", from)));
        all.add(new Shape("dialect: sign without consent", post("/sign", foreign(own))));
        all.add(new Shape("dialect: own page's question", post("/hipki/begin", foreign(own))));
        all.add(new Shape("dialect: allow, foreign", post("/hipki/add-domain", foreign(own))));
        smuggling(own).forEach(all::add);
        return all;
    }

    private static List<String> hosts(int port) {
        return List.of(
                "evil.example",
                "evil.example:" + port,
                "localhost",
                "localhost:1",
                "localhost.:" + port,
                "LOCALHOST:" + port,
                "localhost.evil.example:" + port,
                "evil.example.localhost:" + port,
                "127.0.0.2:" + port,
                "127.1:" + port,
                "0.0.0.0:" + port,
                "2130706433:" + port,
                "[::ffff:127.0.0.1]:" + port,
                "localhost:" + port + "@evil.example",
                "evil.example, localhost:" + port);
    }

    private static List<Shape> smuggling(String own) {
        String line = "POST /window/api/open HTTP/1.1\r\nHost: " + own + "\r\n";
        String origin = "Origin: http://" + own + "\r\n";
        return List.of(
                new Shape(
                        "length and chunks",
                        line
                                + origin
                                + "Content-Length: 4\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + "0\r\n\r\n"),
                new Shape(
                        "two lengths",
                        line + origin + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
                new Shape("a signed length", line + origin + "Content-Length: +2\r\n\r\n{}"),
                new Shape("a folded field", line + "Origin: http:\r\n //" + own + "\r\n\r\n"),
                new Shape("a bare line feed", line.replace("\r\n", "\n") + origin + "\n"),
                new Shape("a blank before the colon", line + "Origin : http://" + own + "\r\n\r\n"),
                new Shape(
                        "an absolute target",
                        "GET http://" + own + "/window HTTP/1.1\r\nHost: " + own + "\r\n\r\n"),
                new Shape(
                        "an upgrade",
                        "GET /window HTTP/1.1\r\nHost: "
                                + own
                                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
                new Shape("HTTP/1.0", "GET /window HTTP/1.0\r\nHost: " + own + "\r\n\r\n"),
                new Shape("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                new Shape("TLS", "\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n"),
                new Shape("a path upwards", get("/window/../tools/../../etc/passwd", own)),
                new Shape("a path upwards, escaped", get("/window/%2e%2e/%2e%2e/etc/passwd", own)),
                new Shape("a zero in the path", get("/window%00.js", own)),
                new Shape("a long line", get("/" + "a".repeat(20_000), own)),
                new Shape("many fields", "GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(5_000) + "\r\n"),
                new Shape("a body too long", line + origin + "Content-Length: 99999999\r\n\r\n"));
    }

    private static String get(String path, String host) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    private static String post(String path, String fields) {
        return "POST "
                + path
                + " HTTP/1.1\r\n"
                + fields
                + "Content-Type: application/json\r\nContent-Length: "
                + BODY.length()
                + "\r\n\r\n"
                + BODY;
    }

    private static String foreign(String own) {
        return "Host: "
                + own
                + "\r\nOrigin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n";
    }
}
