// SPDX-License-Identifier: Apache-2.0
package perennial.cli.attempt;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The same call for others: as a request, as curl, as JavaScript of a site.
///
/// @param agent the agent's origin
/// @param origin the site that is said to ask
/// @param given the call's parameters
record CallCode(AgentCall call, URI agent, String origin, Map<String, String> given) {
    CallCode {
        given = Map.copyOf(given);
    }

    URI address() {
        return URI.create(agent + call.path());
    }

    /// What is posted; empty for GET. Escaped once, as pages do (docs/hipki.md).
    Optional<String> body() {
        return call.way() == AgentCall.Way.POST
                ? Optional.of("tbsPackage=" + URLEncoder.encode(message(), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /// The dialect's JSON.
    String message() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("func", call.name());
        call.parameters().forEach(name -> all.put(name, given.getOrDefault(name, "")));
        return JsonText.line(all);
    }

    String curl() {
        String head = "curl -s '%s' -H 'Origin: %s'".formatted(address(), origin);
        return call.way() == AgentCall.Way.POST
                ? head
                        + " \\\n  --data-urlencode 'tbsPackage=%s'"
                                .formatted(message().replace("'", "'\\''"))
                : head;
    }

    String javaScript() {
        return switch (call.way()) {
            case GET ->
                    "const answer = await fetch(%s);\nconsole.log(await answer.text());"
                            .formatted(quoted(address().toString()));
            case POST, POPUP -> call.name().equals("addDomain") ? window() : popup();
            case LIBRARY -> library();
        };
    }

    private String window() {
        return """
        addEventListener("message", (event) => {
          if (event.origin === %s) console.log(JSON.parse(event.data).ret_code);
        });
        window.open(%s, "domain", "width=560,height=600");\
        """
                .formatted(
                        quoted(agent.toString()),
                        quoted(address() + "?domain=" + given.getOrDefault("domain", "")));
    }

    private String popup() {
        String page = call.way() == AgentCall.Way.POPUP ? call.path() : "/ChtPopupForm";
        return """
        const component = %s;
        const popup = window.open(component + %s, "popup", "width=560,height=700"); // in a click
        addEventListener("message", function hear(event) {
          if (event.origin !== component || event.source !== popup) return;
          const answer = JSON.parse(event.data);
          if (answer.func === "getTbs" || answer.func === "CMCAtn") {
            popup.postMessage(JSON.stringify(%s), component);
          } else {
            removeEventListener("message", hear);
            console.log(answer.ret_code, answer);
          }
        });\
        """
                .formatted(quoted(agent.toString()), quoted(page), message());
    }

    private String library() {
        return """
        import { Perennial } from "./perennial.js";
        const perennial = new Perennial({ component: %s });
        await perennial.open(); // in a click
        console.log(await perennial.%s(%s));\
        """
                .formatted(quoted(agent.toString()), call.name(), arguments());
    }

    private String arguments() {
        Map<String, String> options = new LinkedHashMap<>();
        call.parameters().stream()
                .filter(name -> !name.equals("content") && !name.equals("encoding"))
                .filter(given::containsKey)
                .forEach(name -> options.put(name, given.getOrDefault(name, "")));
        return switch (call.name()) {
            case "sign", "decrypt" -> content() + ", " + JsonText.line(options);
            case "card", "finish" -> quoted(given.getOrDefault("reader", ""));
            case "renew" ->
                    quoted(given.getOrDefault("reader", ""))
                            + ", "
                            + quoted(given.getOrDefault("ticket", ""));
            default -> "";
        };
    }

    private String content() {
        String content = quoted(given.getOrDefault("content", ""));
        return given.getOrDefault("encoding", "text").equals("base64")
                ? "Uint8Array.from(atob(" + content + "), (c) => c.charCodeAt(0))"
                : content;
    }

    private static String quoted(String text) {
        return JsonText.line(text);
    }
}
