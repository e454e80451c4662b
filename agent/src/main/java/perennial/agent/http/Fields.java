// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.util.List;

/// The header fields of a request or an answer, in their order (RFC 9110 5).
public record Fields(List<Field> all) {
    public static final Fields NONE = new Fields(List.of());

    public Fields {
        all = List.copyOf(all);
    }

    /// @param value without blanks around it
    public record Field(String name, String value) {}

    /// The field's value when it is there once, else the empty text, which no rule accepts.
    ///
    /// @param name in any case
    public String only(String name) {
        List<String> values = values(name);
        return values.size() == 1 ? values.getFirst() : "";
    }

    /// All its values, in their order.
    public List<String> values(String name) {
        return all.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }
}
