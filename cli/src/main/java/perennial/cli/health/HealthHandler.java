// SPDX-License-Identifier: Apache-2.0
package perennial.cli.health;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import perennial.ca.health.HealthCheck.Health;
import perennial.protocol.http.BytesHandler;

/// To be mounted at `/health`: `/live` answers as long as the process does, `/ready` says whether
/// requests are worth sending here and what an operator should look at.
public final class HealthHandler implements BytesHandler {
    private final Supplier<Health> check;

    public HealthHandler(Supplier<Health> check) {
        this.check = check;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.method().equals("GET")) {
            return answer(405, "{}", Map.of("Allow", "GET"));
        }
        return switch (request.path()) {
            case "/live" -> answer(200, "{\"live\":true}", Map.of());
            case "/ready" -> ready(check.get());
            default -> answer(404, "{}", Map.of());
        };
    }

    private static Answer ready(Health health) {
        // Codes and texts are ours and need no escaping but for names of files.
        String findings =
                health.findings().stream()
                        .map(finding ->
                                "{\"code\":\"%s\",\"text\":\"%s\"}"
                                        .formatted(finding.code(), escaped(finding.text())))
                        .collect(Collectors.joining(","));
        return answer(
                health.isReady() ? 200 : 503,
                "{\"ready\":%s,\"findings\":[%s]}".formatted(health.isReady(), findings),
                Map.of());
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static Answer answer(int status, String json, Map<String, String> headers) {
        Map<String, String> all = new java.util.HashMap<>(headers);
        all.put("Cache-Control", "no-store");
        return new Answer(status, "application/json", all, json.getBytes(StandardCharsets.UTF_8));
    }
}
