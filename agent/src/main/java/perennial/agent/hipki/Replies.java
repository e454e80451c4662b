// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.nio.charset.StandardCharsets;
import perennial.agent.json.Json;
import perennial.core.advice.Language;

/// The answers as pages read them: HTTP 200 whatever happened, the outcome in `ret_code`, and ASCII
/// alone, because some pages read octets as characters.
final class Replies {
    /// Pages compare versions as texts, each with a minimum of its own, by one digit after the
    /// other: only one digit for each leading part is newer than all of them.
    static final String VERSION = "1.4.0.0";

    private final CodeTexts texts = new CodeTexts();

    /// @param func the dialect's name of this answer
    static Json.Members done(String func) {
        return new Json.Members().with("func", func).with("ret_code", 0).with("last_error", 0);
    }

    Json.Members refused(String func, Verdict verdict, Language language) {
        Json.Members reply =
                new Json.Members()
                        .with("func", func)
                        .with("ret_code", verdict.code().number())
                        .with("last_error", verdict.lastError())
                        .with("message", texts.code(verdict.code(), language));
        texts.lastError(verdict, language).ifPresent(text -> reply.with("message2", text));
        if (func.equals("csr")) {
            // Where pages look for the text of this one.
            reply.with("messagedata", texts.code(verdict.code(), language));
        }
        return reply.with("serverVersion", VERSION);
    }

    static byte[] octets(Json reply) {
        StringBuilder ascii = new StringBuilder();
        String json = reply.toString();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < 0x7F) {
                ascii.append(c);
            } else {
                ascii.append("\\u%04x".formatted((int) c));
            }
        }
        return ascii.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static String text(Json reply) {
        return new String(octets(reply), StandardCharsets.US_ASCII);
    }
}
