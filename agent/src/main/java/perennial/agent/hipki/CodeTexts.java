// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import perennial.core.advice.Language;

/// What pages show for a number, in both languages: `ret_code` by its eight hexadecimal digits,
/// `last_error` by `last.` and its digits.
final class CodeTexts {
    private final Map<Language, Properties> texts;

    CodeTexts() {
        this.texts =
                Map.of(
                        Language.ZH_TW, read("codes_zh_TW.properties"),
                        Language.EN, read("codes_en.properties"));
    }

    String code(RetCode code, Language language) {
        return text(code.hex(), language).orElseThrow(() -> new IllegalStateException(code.hex()));
    }

    /// Empty when nothing lies beneath.
    Optional<String> lastError(Verdict verdict, Language language) {
        return verdict.lastError() == 0
                ? Optional.empty()
                : text("last." + verdict.lastErrorHex(), language);
    }

    Set<String> keys(Language language) {
        return new TreeSet<>(texts(language).stringPropertyNames());
    }

    Optional<String> text(String key, Language language) {
        return Optional.ofNullable(texts(language).getProperty(key));
    }

    private Properties texts(Language language) {
        return Optional.ofNullable(texts.get(language)).orElseThrow();
    }

    private static Properties read(String file) {
        Properties properties = new Properties();
        try (InputStream in = CodeTexts.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("texts missing from the build: " + file);
            }
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
