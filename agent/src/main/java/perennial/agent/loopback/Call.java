// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.util.Locale;
import perennial.agent.http.Fields;
import perennial.agent.json.Json;
import perennial.agent.json.JsonReader;
import perennial.core.advice.Language;

/// One question of our own page, admitted and read.
///
/// @param window the token of the window that asks; empty before it has one
/// @param body its owner wipes it where it is a PIN
record Call(String window, Fields fields, Language language, byte[] body) {
    Json.Members json() throws Json.MalformedException {
        return JsonReader.object(body);
    }

    /// The header field of that name; the empty text unless it is there once.
    String field(String name) {
        return fields.only(name);
    }

    /// What the page says it shows, else what the browser prefers.
    static Language language(Fields fields) {
        String tag = fields.only("X-Perennial-Language");
        if (tag.isEmpty()) {
            tag = fields.only("Accept-Language").split("[,;]", 2)[0].strip();
        }
        return Language.of(Locale.forLanguageTag(tag));
    }
}
