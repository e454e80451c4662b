// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import com.sun.net.httpserver.Headers;
import java.util.Locale;
import perennial.agent.json.Json;
import perennial.agent.json.JsonReader;
import perennial.core.advice.Language;

/// One question of our own page, admitted and read.
///
/// @param window the token of the window that asks; empty before it has one
/// @param body its owner wipes it where it is a PIN
record Call(String window, Headers headers, Language language, byte[] body) {
    Json.Members json() throws Json.MalformedException {
        return JsonReader.object(body);
    }

    /// What the page says it shows, else what the browser prefers.
    static Language language(Headers headers) {
        String tag = RequestGate.only(headers, "X-Perennial-Language");
        if (tag.isEmpty()) {
            tag = RequestGate.only(headers, "Accept-Language").split("[,;]", 2)[0].strip();
        }
        return Language.of(Locale.forLanguageTag(tag));
    }
}
