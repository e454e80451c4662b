// SPDX-License-Identifier: Apache-2.0
package perennial.ca.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import perennial.protocol.http.BytesHandler.Answer;

/// Answers and header fields for signed, public content.
public final class Answers {
    /// How long a cache may keep a status or a CRL without asking: a revocation is seen after this
    /// time at the latest.
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Answers() {}

    public static Answer notFound() {
        return text(404, "not found", Map.of());
    }

    public static Answer methodNotAllowed(String allowed) {
        return text(405, "method not allowed", Map.of("Allow", allowed));
    }

    /// Not now; asking again soon may help.
    public static Answer unavailable() {
        return text(503, "not available now", Map.of("Retry-After", "10"));
    }

    /// Header fields of what may be kept (RFC 5019 6.2): max-age ends before the content does.
    public static Map<String, String> cached(
            byte[] content, Instant thisUpdate, Instant nextUpdate, Instant now) {
        return cached("\"" + sha256(content) + "\"", thisUpdate, nextUpdate, now);
    }

    /// The same for content that is known by a tag.
    ///
    /// @param tag an entity tag, quoted (RFC 9110 8.8.3)
    public static Map<String, String> cached(
            String tag, Instant thisUpdate, Instant nextUpdate, Instant now) {
        Duration left = Duration.between(now, nextUpdate).minusSeconds(1);
        Duration age = left.compareTo(MAX_AGE) < 0 ? left : MAX_AGE;
        return Map.of(
                "Cache-Control",
                "max-age=%d, public, no-transform, must-revalidate"
                        .formatted(Math.max(0, age.toSeconds())),
                "Last-Modified",
                IMF_FIXDATE.format(thisUpdate),
                "Expires",
                IMF_FIXDATE.format(nextUpdate),
                "ETag",
                tag);
    }

    private static Answer text(int status, String text, Map<String, String> headers) {
        return new Answer(
                status,
                "text/plain; charset=utf-8",
                headers,
                text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
