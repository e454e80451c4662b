// SPDX-License-Identifier: Apache-2.0
package perennial.ca.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import perennial.ca.CaException;

/// One value with the line it stands on. Each method throws CONFIGURATION_INVALID with that line
/// when the value is of another kind.
public final class Value {
    private static final Pattern OID = Pattern.compile("[0-2](\\.(0|[1-9][0-9]*))+");

    private final Place place;
    private final Node node;

    Value(Place place, Node node) {
        this.place = place;
        this.node = node;
    }

    /// As it is written; not empty.
    public String text() {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw refused("expected a value");
        }
        return scalar.getValue();
    }

    /// A text that another class reads, whose IllegalArgumentException becomes the refusal.
    public <T> T as(Function<String, T> reader) {
        String text = text();
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
    }

    /// `yes` or `no`.
    public boolean flag() {
        return switch (text()) {
            case "yes", "true" -> true;
            case "no", "false" -> false;
            default -> throw refused("expected yes or no, got " + text());
        };
    }

    /// A whole number between both, inclusive.
    public int number(int min, int max) {
        try {
            int number = Integer.parseInt(text());
            if (min <= number && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below like a number out of bounds.
        }
        throw refused("expected a number from %d to %d, got %s".formatted(min, max, text()));
    }

    /// A calendar period as ISO 8601 writes it, `P5Y`.
    public Period period() {
        try {
            return Period.parse(text());
        } catch (DateTimeException e) {
            throw refused("expected a period like P5Y or P30D, got " + text());
        }
    }

    /// A duration as ISO 8601 writes it, `PT1H` or `P30D`; not negative.
    public Duration duration() {
        try {
            Duration duration = Duration.parse(text());
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeException e) {
            // Refused below like a negative one.
        }
        throw refused("expected a duration like PT1H or P30D, got " + text());
    }

    /// `2026-11-25`.
    public LocalDate date() {
        try {
            return LocalDate.parse(text());
        } catch (DateTimeException e) {
            throw refused("expected a date like 2026-11-25, got " + text());
        }
    }

    public URI address() {
        try {
            return new URI(text());
        } catch (URISyntaxException e) {
            throw refused("expected an address, got " + text());
        }
    }

    /// An object identifier in dotted form.
    public String objectIdentifier() {
        if (!OID.matcher(text()).matches()) {
            throw refused("expected an object identifier like 2.999.1, got " + text());
        }
        return text();
    }

    /// A constant of an enum, written in lower case with hyphens: `from-old-expiry`.
    public <E extends Enum<E>> E choice(Class<E> of) {
        E[] constants = of.getEnumConstants();
        return Arrays.stream(constants)
                .filter(constant -> written(constant).equals(text()))
                .findFirst()
                .orElseThrow(() ->
                        refused(
                                "expected one of %s, got %s"
                                        .formatted(
                                                Arrays.stream(constants)
                                                        .map(Value::written)
                                                        .toList(),
                                                text())));
    }

    /// Each item of a list.
    public <T> List<T> each(Function<Value, T> reader) {
        if (!(node instanceof SequenceNode sequence)) {
            throw refused("expected a list");
        }
        List<T> read = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            read.add(reader.apply(new Value(Place.of(place.file(), item), item)));
        }
        return List.copyOf(read);
    }

    /// What to throw when the value does not fit.
    public CaException refused(String text) {
        return place.refused(text);
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
