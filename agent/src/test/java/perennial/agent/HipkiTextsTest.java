// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import perennial.agent.hipki.HipkiService;

/// Every number that a page may be told has its text in both languages.
class HipkiTextsTest {
    private static Properties texts(String file) throws IOException {
        Properties texts = new Properties();
        try (InputStream in = HipkiService.class.getResourceAsStream(file)) {
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return texts;
    }

    @Test
    void no_text_is_missing_in_either_language() throws IOException {
        Properties chinese = texts("codes_zh_TW.properties");
        Properties english = texts("codes_en.properties");
        assertEquals(
                new TreeSet<>(chinese.stringPropertyNames()),
                new TreeSet<>(english.stringPropertyNames()));
        assertTrue(chinese.size() > 140);
        for (String key : chinese.stringPropertyNames()) {
            assertTrue(key.matches("(last\\.)?[0-9A-F]{8}"), key);
            assertFalse(chinese.getProperty(key).isBlank(), key);
            assertFalse(english.getProperty(key).isBlank(), key);
        }
    }
}
