// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ocsp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import perennial.ca.http.Answers;
import perennial.protocol.http.BytesHandler;

/// OCSP over HTTP, GET and POST (RFC 6960 appendix A, RFC 5019 5 and 6).
public final class OcspHandler implements BytesHandler {
    private static final String MEDIA_TYPE = "application/ocsp-response";

    /// Octets in a path take three characters where they are escaped, and base64 adds a third.
    private static final int MAX_PATH = 4 * Question.MAX_OCTETS;

    private final OcspResponder responder;
    private final Clock clock;

    public OcspHandler(OcspResponder responder, Clock clock) {
        this.responder = responder;
        this.clock = clock;
    }

    @Override
    public Answer handle(Request request) {
        return switch (request.method()) {
            case "GET" -> answer(decode(request.path()), true);
            case "POST" -> answer(request.body(), false);
            default -> Answers.methodNotAllowed("GET, POST");
        };
    }

    private Answer answer(byte[] question, boolean get) {
        OcspResponder.Answer answer = responder.answer(question);
        Map<String, String> headers =
                get && answer.cacheable()
                        ? Answers.cached(
                                answer.der(),
                                answer.thisUpdate(),
                                answer.nextUpdate(),
                                clock.instant())
                        : Map.of("Cache-Control", "no-store");
        return new Answer(200, MEDIA_TYPE, headers, answer.der().clone());
    }

    /// Base64 that has been escaped for a URL, or has not: clients do both, so `+` is never a space
    /// here, and a slash may be part of the text. What cannot be read becomes no octets, which is a
    /// malformed request.
    private static byte[] decode(String path) {
        if (path.length() > MAX_PATH) {
            return new byte[0];
        }
        try {
            return Base64.getDecoder().decode(unescape(path.replaceFirst("^/+", "")));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static byte[] unescape(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '%') {
                if (i + 2 >= octets.length) {
                    throw new IllegalArgumentException("escape is cut off");
                }
                out.write(
                        HexFormat.fromHexDigits(
                                new String(octets, i + 1, 2, StandardCharsets.US_ASCII)));
                i += 2;
            } else {
                out.write(octets[i]);
            }
        }
        return out.toByteArray();
    }
}
