// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import perennial.core.advice.Language;

/// What the lists call things, in every [Language]; a missing text is a failure to start. Causes
/// and remedies are not here but in [perennial.core.advice.AdviceBook].
public final class SelfTestTexts {
    private final Map<Language, Properties> texts = new EnumMap<>(Language.class);

    public SelfTestTexts() {
        for (Language language : Language.values()) {
            Properties read = read(language);
            for (String key : keys()) {
                if (read.getProperty(key, "").isBlank()) {
                    throw new IllegalStateException(
                            "selftest_%s has no %s".formatted(language.tag(), key));
                }
            }
            texts.put(language, read);
        }
    }

    public String heading(Item item, Language language) {
        return text(key(item), language);
    }

    public String label(Fact.Label label, Language language) {
        return text("label." + label.name(), language);
    }

    public String why(Finding.Why why, Language language) {
        return text("why." + why.name(), language);
    }

    /// 測試通過, 測試失敗, or that it was not done.
    public String verdict(Report.Verdict verdict, Language language) {
        return text("verdict." + verdict.name(), language);
    }

    public String note(Note note, Language language) {
        return text("note." + note.name(), language);
    }

    /// What is added to the findings of some items.
    public enum Note {
        /// Validity goes by this computer's clock and says nothing about revocation.
        CLOCK,
        /// Another reader is worth a try.
        READER
    }

    private String text(String key, Language language) {
        return Objects.requireNonNull(
                Objects.requireNonNull(texts.get(language)).getProperty(key), key);
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>();
        List.of(SelfTestRow.values()).forEach(row -> keys.add(key(row)));
        List.of(DesktopItem.values()).forEach(item -> keys.add(key(item)));
        List.of(Fact.Label.values()).forEach(label -> keys.add("label." + label.name()));
        List.of(Finding.Why.values()).forEach(why -> keys.add("why." + why.name()));
        List.of(Report.Verdict.values()).forEach(v -> keys.add("verdict." + v.name()));
        List.of(Note.values()).forEach(note -> keys.add("note." + note.name()));
        return keys;
    }

    private static String key(Item item) {
        return switch (item) {
            case SelfTestRow row -> "row." + row.name();
            case DesktopItem desktop -> "item." + desktop.name();
        };
    }

    private static Properties read(Language language) {
        Properties properties = new Properties();
        String file = "selftest_%s.properties".formatted(language.tag());
        try (Reader reader =
                new InputStreamReader(
                        Objects.requireNonNull(SelfTestTexts.class.getResourceAsStream(file), file),
                        StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
