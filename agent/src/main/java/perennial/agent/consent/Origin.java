// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a page comes from, as browsers write it (RFC 6454 6.2): scheme, host and, where it is not
/// the scheme's own, port. Two origins are the same when their texts are.
///
/// @param text for example `https://ra.example.test` or `http://localhost:8080`
public record Origin(String text) {
    private static final int MAX_LENGTH = 8 + 253 + 6;
    private static final Pattern FORM =
            Pattern.compile(
                    "(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+])(?::([1-9]\\d{0,4}))?");

    public Origin {
        if (!written(text)) {
            throw new IllegalArgumentException("not an origin as browsers write it");
        }
    }

    /// What a browser says in its `Origin` field; empty for `null`, for the empty text, and for
    /// everything that no browser writes.
    public static Optional<Origin> parse(String text) {
        return written(text) ? Optional.of(new Origin(text)) : Optional.empty();
    }

    private static boolean written(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        Matcher parts = FORM.matcher(text);
        if (!parts.matches() || parts.group(2).contains("..")) {
            return false;
        }
        if (parts.group(3) == null) {
            return true;
        }
        int port = Integer.parseInt(parts.group(3));
        return port <= 0xFFFF && port != (parts.group(1).equals("https") ? 443 : 80);
    }

    @Override
    public String toString() {
        return text;
    }
}
