// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds who answers a request, and says what goes with every answer.
///
/// The Host must be one of ours, literally: a name of a foreign site may be made to point here (DNS
/// rebinding).
final class Reception {
    private static final System.Logger LOG = System.getLogger(Reception.class.getName());

    /// No Cross-Origin-Opener-Policy: a window must keep the page that opened it.
    private static final Map<String, String> SECURITY =
            Map.of(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                            + " img-src 'self'; frame-ancestors 'none'; base-uri 'none';"
                            + " form-action 'none'",
                    "X-Content-Type-Options",
                    "nosniff",
                    "Cache-Control",
                    "no-store",
                    "Referrer-Policy",
                    "no-referrer",
                    "Cross-Origin-Resource-Policy",
                    "same-origin");

    private final Set<String> hosts;
    private final List<Service> services;

    /// @param services in the order in which they are asked
    Reception(int port, List<Service> services) {
        this.hosts = Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
        this.services = List.copyOf(services);
    }

    /// Whether a request with this head, and a body of that length, is read any further.
    boolean admits(Head head) {
        return hosts.contains(head.request().fields().only("Host"))
                && (head.length() == 0
                        || services.stream()
                                .anyMatch(s -> s.longestBody(head.request()) >= head.length()));
    }

    /// The answer of the first service that has one, else the refusal.
    Response answer(Request request) throws InterruptedException {
        try {
            for (Service service : services) {
                Optional<Response> answer = service.answer(request);
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
        } catch (RuntimeException e) {
            // The thread's edge: who asked is told nothing.
            LOG.log(System.Logger.Level.ERROR, "a request was not answered: " + request, e);
        }
        return Response.refusal();
    }

    /// The status line and all fields. What the answer says itself goes before what goes with every
    /// answer.
    ///
    /// @param last whether the connection ends with it
    static byte[] head(Response response, boolean last) {
        StringBuilder head = new StringBuilder("HTTP/1.1 %d \r\n".formatted(response.status()));
        for (Fields.Field field : response.fields().all()) {
            line(head, field.name(), field.value());
        }
        SECURITY.forEach((name, value) -> {
            if (response.fields().values(name).isEmpty()) {
                line(head, name, value);
            }
        });
        if (response.status() != 204) {
            line(head, "Content-Length", Integer.toString(response.body().length));
        }
        if (last) {
            line(head, "Connection", "close");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void line(StringBuilder head, String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > 0xFF)) {
            throw new IllegalArgumentException("not the value of a field: " + name);
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
