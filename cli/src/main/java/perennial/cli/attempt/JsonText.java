// SPDX-License-Identifier: Apache-2.0
package perennial.cli.attempt;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A text that may be a JSON object. Apart from the command, whose members every start of the
/// program looks at: what they name is loaded then.
final class JsonText {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String text;
    private final Optional<JsonNode> object;

    private JsonText(String text, Optional<JsonNode> object) {
        this.text = text;
        this.object = object;
    }

    static JsonText of(String text) {
        try {
            return new JsonText(text, Optional.of(JSON.readTree(text)).filter(JsonNode::isObject));
        } catch (JacksonException e) {
            return new JsonText(text, Optional.empty());
        }
    }

    /// Whether it tells no failure: a `ret_code` of 0, or none.
    boolean good() {
        return object.map(told -> told.path("ret_code").asInt(0) == 0).orElse(true);
    }

    /// As a part of another document.
    Object part() {
        return object.<Object>map(told -> told).orElse(text);
    }

    /// For people.
    String shown() {
        return object.map(JsonText::pretty).orElse(text);
    }

    static String pretty(Object document) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }

    /// One line.
    static String line(Object document) {
        return JSON.writeValueAsString(document);
    }
}
