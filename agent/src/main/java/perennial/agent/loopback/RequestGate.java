// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.Set;

/// Decides from method and header fields alone whether a request is looked at.
///
/// Browsers let any site navigate to, and post forms at, a loopback port; and a name of a foreign
/// site may be made to point here (DNS rebinding). So the Host must be one of ours, literally; and
/// what has an effect must be a POST that says, in fields that a page cannot forge, that it comes
/// from our own page.
final class RequestGate {
    private final Set<String> hosts;

    RequestGate(int port) {
        this.hosts = Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
    }

    /// Whether a page may be shown.
    boolean admitsPage(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET") && ownHost(exchange.getRequestHeaders());
    }

    /// Whether a question of our own page may be answered.
    boolean admitsQuestion(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        List<String> site = headers.getOrDefault("Sec-Fetch-Site", List.of());
        return exchange.getRequestMethod().equals("POST")
                && ownHost(headers)
                && only(headers, "Origin").equals("http://" + only(headers, "Host"))
                && (site.isEmpty() || site.equals(List.of("same-origin")));
    }

    /// The field's value when it is there once, else a value that nothing equals.
    static String only(Headers headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? values.getFirst() : "";
    }

    private boolean ownHost(Headers headers) {
        return hosts.contains(only(headers, "Host"));
    }
}
