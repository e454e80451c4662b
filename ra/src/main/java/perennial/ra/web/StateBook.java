// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import perennial.core.advice.Language;

/// The words for every [State] in every [Language]; a missing one is a failure to start.
final class StateBook {
    private final Map<Language, Map<State, String>> texts = new EnumMap<>(Language.class);

    StateBook() {
        for (Language language : Language.values()) {
            texts.put(language, read("states_%s.properties".formatted(language.tag())));
        }
    }

    String text(State state, Language language) {
        return Objects.requireNonNull(Objects.requireNonNull(texts.get(language)).get(state));
    }

    private static Map<State, String> read(String file) {
        Properties properties = new Properties();
        try (Reader reader =
                new InputStreamReader(
                        Objects.requireNonNull(StateBook.class.getResourceAsStream(file), file),
                        StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<State, String> words = new EnumMap<>(State.class);
        for (State state : State.values()) {
            String text = properties.getProperty(state.name(), "");
            if (text.isBlank()) {
                throw new IllegalStateException("%s has no %s".formatted(file, state));
            }
            words.put(state, text);
        }
        return words;
    }
}
