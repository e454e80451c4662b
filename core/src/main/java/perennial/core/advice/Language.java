// SPDX-License-Identifier: Apache-2.0
package perennial.core.advice;

import java.util.Locale;

/// The two languages that everything a person reads is written in.
public enum Language {
    ZH_TW("zh-TW", Locale.TAIWAN),
    EN("en", Locale.ENGLISH);

    private final String tag;
    private final Locale locale;

    Language(String tag, Locale locale) {
        this.tag = tag;
        this.locale = locale;
    }

    /// The language tag for documents (BCP 47).
    public String tag() {
        return tag;
    }

    public Locale locale() {
        return locale;
    }

    /// Traditional Chinese for any Chinese tag, English for every other.
    public static Language of(Locale locale) {
        return locale.getLanguage().equals("zh") ? ZH_TW : EN;
    }
}
