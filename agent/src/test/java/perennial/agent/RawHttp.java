// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// A client that sends what it is told, also what no decent client would.
final class RawHttp {
    private final InetAddress address;
    private final int port;
    private String window = "";

    RawHttp(int port) {
        this(InetAddress.getLoopbackAddress(), port);
    }

    RawHttp(InetAddress address, int port) {
        this.address = address;
        this.port = port;
    }

    /// @param headers names in lower case
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    int port() {
        return port;
    }

    /// What our own page's questions carry.
    Map<String, String> own() {
        Map<String, String> headers = new HashMap<>();
        headers.put("Origin", "http://localhost:" + port);
        headers.put("Sec-Fetch-Site", "same-origin");
        headers.put("X-Perennial-Language", "en");
        if (!window.isEmpty()) {
            headers.put("X-Perennial-Window", window);
        }
        return headers;
    }

    String open() {
        String answer = ask("open", "{}");
        window = answer.replaceAll(".*\"window\":\"([^\"]*)\".*", "$1");
        return answer;
    }

    String ask(String name, String body) {
        Answer answer = send("POST", "/window/api/" + name, own(), body);
        if (answer.status() != 200) {
            throw new AssertionError(name + " was answered with " + answer);
        }
        return answer.body();
    }

    Answer send(String method, String path, Map<String, String> headers, String body) {
        return send(method, path, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    Answer send(String method, String path, Map<String, String> headers, byte[] octets) {
        StringBuilder request = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, path));
        Map<String, String> all = new HashMap<>(headers);
        all.putIfAbsent("Host", "localhost:" + port);
        all.put("Content-Length", Integer.toString(octets.length));
        all.put("Connection", "close");
        all.forEach(
                (name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        try (Socket socket = new Socket(address, port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write((request + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            send(socket, octets);
            return parse(
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A server that refuses unread may close while we still send.
    private static void send(Socket socket, byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            if (socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] field = lines[i].split(": ?", 2);
            headers.put(field[0].toLowerCase(Locale.ROOT), field[1]);
        }
        return new Answer(
                Integer.parseInt(lines[0].split(" ")[1]), headers, text.substring(end + 4));
    }
}
