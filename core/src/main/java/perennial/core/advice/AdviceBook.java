// SPDX-License-Identifier: Apache-2.0
package perennial.core.advice;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/// The texts for every [Problem] in every [Language], read once and complete: a missing text is a
/// failure to start.
public final class AdviceBook {
    private final Map<Language, Map<Problem, Advice>> texts = new EnumMap<>(Language.class);

    public AdviceBook() {
        for (Language language : Language.values()) {
            texts.put(language, read(language));
        }
    }

    public Advice advice(Problem problem, Language language) {
        return Objects.requireNonNull(Objects.requireNonNull(texts.get(language)).get(problem));
    }

    private static Map<Problem, Advice> read(Language language) {
        Properties properties = new Properties();
        String file = "advice_%s.properties".formatted(language.tag());
        try (Reader reader =
                new InputStreamReader(
                        Objects.requireNonNull(AdviceBook.class.getResourceAsStream(file), file),
                        StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<Problem, Advice> advices = new EnumMap<>(Problem.class);
        for (Problem problem : Problem.values()) {
            String cause = text(properties, file, problem.code() + ".cause");
            String remedy = text(properties, file, problem.code() + ".remedy");
            advices.put(problem, new Advice(problem.code(), cause, remedy));
        }
        return advices;
    }

    private static String text(Properties properties, String file, String key) {
        String text = properties.getProperty(key, "");
        if (text.isBlank()) {
            throw new IllegalStateException("%s has no %s".formatted(file, key));
        }
        return text;
    }
}
