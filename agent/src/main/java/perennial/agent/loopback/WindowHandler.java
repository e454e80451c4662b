// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import perennial.agent.json.Json;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// Everything that arrives at the port: pages by GET, questions by POST, and nothing else. What is
/// refused gets 403 without a word.
final class WindowHandler implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(WindowHandler.class.getName());
    private static final String API = "/window/api/";
    private static final int MAX_BODY = 64 * 1024;

    /// The one question whose body is larger: a part of a file.
    static final String FILE_PART = "file-append";

    private final RequestGate gate;
    private final PageTable pages;
    private final Windows windows;
    private final Map<String, Route> routes;
    private final Answers answers;

    WindowHandler(
            RequestGate gate,
            PageTable pages,
            Windows windows,
            Map<String, Route> routes,
            Answers answers) {
        this.gate = gate;
        this.pages = pages;
        this.windows = windows;
        this.routes = Map.copyOf(routes);
        this.answers = answers;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            if (path != null && path.startsWith(API)) {
                question(exchange, path.substring(API.length()));
            } else {
                page(exchange, path == null ? "" : path);
            }
        }
    }

    private void page(HttpExchange exchange, String path) throws IOException {
        Optional<PageTable.Page> page =
                gate.admitsPage(exchange) ? pages.page(path) : Optional.empty();
        if (page.isEmpty()) {
            refuse(exchange);
        } else {
            send(exchange, page.get().type(), page.get().content());
        }
    }

    private void question(HttpExchange exchange, String name) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        String window = RequestGate.only(headers, "X-Perennial-Window");
        Optional<Route> route = Optional.ofNullable(routes.get(name));
        boolean known = name.equals("open") || windows.isOpen(window);
        if (!gate.admitsQuestion(exchange) || !known || route.isEmpty()) {
            refuse(exchange);
            return;
        }
        Optional<byte[]> body =
                TimedBody.read(exchange, name.equals(FILE_PART) ? WindowFiles.PART : MAX_BODY);
        if (body.isEmpty()) {
            refuse(exchange);
            return;
        }
        Call call = new Call(window, headers, Call.language(headers), body.get());
        String answer;
        try {
            answer = answer(route.get(), call).toString();
        } finally {
            Arrays.fill(body.get(), (byte) 0);
        }
        send(exchange, "application/json", answer.getBytes(StandardCharsets.UTF_8));
    }

    private Json.Members answer(Route route, Call call) {
        try {
            return route.answer(call);
        } catch (Json.MalformedException e) {
            return answers.problem(Problem.REQUEST_INVALID, call.language());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return answers.problem(Problem.AGENT_LOST, call.language());
        } catch (RuntimeException e) {
            // The thread's edge: what nobody explains is ours.
            Problem problem = e instanceof Explained told ? told.problem() : Problem.INTERNAL;
            return answers.problem(logged(problem, e), call.language());
        }
    }

    private static Problem logged(Problem problem, RuntimeException cause) {
        boolean ours = problem == Problem.INTERNAL;
        LOG.log(
                ours ? System.Logger.Level.ERROR : System.Logger.Level.DEBUG,
                "answered with " + problem,
                cause);
        return problem;
    }

    private static void refuse(HttpExchange exchange) throws IOException {
        secure(exchange.getResponseHeaders());
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(403, -1);
    }

    private static void send(HttpExchange exchange, String type, byte[] content)
            throws IOException {
        secure(exchange.getResponseHeaders());
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
    }

    /// No Cross-Origin-Opener-Policy: the window must keep the page that opened it.
    private static void secure(Headers headers) {
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                        + " img-src 'self'; frame-ancestors 'none'; base-uri 'none';"
                        + " form-action 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cache-Control", "no-store");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
    }
}
