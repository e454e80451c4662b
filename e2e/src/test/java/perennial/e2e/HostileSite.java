// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/// A web site on this computer whose pages try what pages can (`hostile.js`).
final class HostileSite implements AutoCloseable {
    private final HttpServer server;
    private final String agent;

    /// @param agent whom it is hostile to, `http://localhost:` and a port
    HostileSite(String agent) throws IOException {
        this.agent = agent;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query =
                exchange.getRequestURI().getQuery() == null
                        ? ""
                        : exchange.getRequestURI().getQuery().replaceFirst("^[a-z]+=", "");
        if (path.startsWith("/redirect-")) {
            exchange.getResponseHeaders().set("Location", query);
            exchange.sendResponseHeaders(
                    Integer.parseInt(path.substring("/redirect-".length())), -1);
            exchange.close();
            return;
        }
        if (path.equals("/policy")) {
            exchange.getResponseHeaders()
                    .set("Content-Security-Policy", "default-src 'none'; report-uri " + query);
        }
        send(
                exchange,
                path.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8",
                content(path));
    }

    private byte[] content(String path) throws IOException {
        if (path.equals("/hostile.js")) {
            try (InputStream in = HostileSite.class.getResourceAsStream("hostile.js")) {
                return in.readAllBytes();
            }
        }
        String text =
                switch (path) {
                    case "/" ->
                            "<!DOCTYPE html><html><head><title>hostile</title></head><body>"
                                    + "<script src=\"/hostile.js\"></script></body></html>";
                    case "/policy" -> "<img src=\"/anything\">";
                    case "/speaker" ->
                            "<script>opener?.stolen?.postMessage("
                                    + "{perennial: 1, type: 'detect'}, '*')</script>";
                    case "/null-origin" ->
                            "<script>fetch('AGENT/window/api/open', {method: 'POST'}).then("
                                    + "() => parent.postMessage('read', '*'));</script>";
                    case "/swap" ->
                            """
                            <script>
                            const popup = open("AGENT/popupForm", "_blank", "width=300,height=300");
                            addEventListener("message", () => {
                              popup.postMessage('{"func":"GetUserCert"}', "*");
                              setTimeout(() => (location = "http://127.0.0.1:%d/speaker"), 100);
                            });
                            </script>
                            """
                                    .formatted(port());
                    case "/service-worker.js" ->
                            """
                            const agent = new URL(location).searchParams.get("agent");
                            addEventListener("install", () => skipWaiting());
                            addEventListener("activate", (event) => event.waitUntil(clients.claim()));
                            addEventListener("fetch", (event) => {
                              if (new URL(event.request.url).pathname === "/ask-the-service-worker") {
                                event.respondWith(fetch(agent + "/window").then(
                                  () => new Response("read"), () => new Response("nothing")));
                              }
                            });
                            """;
                    default -> "";
                };
        return text.replace("AGENT", agent).getBytes(StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
