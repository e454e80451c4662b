// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A name as pages take it apart: country first, `serialNumber` last and spelled so.
///
/// @param parts `C=TW`, in their order
record DistinguishedName(List<String> parts) {
    private static final String SERIAL = "serialNumber=";

    DistinguishedName {
        parts = List.copyOf(parts);
    }

    /// @param text as [perennial.core.certificate.Certificate#subjectText]
    static DistinguishedName of(String text) {
        List<String> countries = new ArrayList<>();
        List<String> others = new ArrayList<>();
        List<String> serials = new ArrayList<>();
        for (String part : split(text)) {
            if (part.startsWith("C=")) {
                countries.add(part);
            } else if (part.regionMatches(true, 0, SERIAL, 0, SERIAL.length())) {
                serials.add(SERIAL + part.substring(SERIAL.length()));
            } else {
                others.add(part);
            }
        }
        List<String> parts = new ArrayList<>(countries);
        parts.addAll(others);
        parts.addAll(serials);
        return new DistinguishedName(parts);
    }

    /// The first value of a type, without its escapes.
    Optional<String> value(String type) {
        String start = type + "=";
        return parts.stream()
                .filter(part -> part.startsWith(start))
                .map(part -> part.substring(start.length()).replaceAll("\\\\(.)", "$1"))
                .findFirst();
    }

    @Override
    public String toString() {
        return String.join(",", parts);
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' && !escaped) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
            escaped = c == '\\' && !escaped;
        }
        parts.add(part.toString());
        return parts;
    }
}
