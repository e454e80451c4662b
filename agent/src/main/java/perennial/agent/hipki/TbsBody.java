// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Takes a body apart: `tbsPackage=` and JSON, which callers escape by hand, each in another way or
/// not at all. Whatever stands behind the name is the value, a `&` included; it is read as
/// percent-encoded if that gives JSON, else as it stands. The media type says nothing.
final class TbsBody {
    static final int MAX = 8 * 1024 * 1024;

    private static final byte[] NAME = "tbsPackage=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ESCAPED_BRACE = "%7B".getBytes(StandardCharsets.US_ASCII);

    private TbsBody() {}

    /// @param body stays the caller's; empty for no package at all
    /// @throws RefusedException NOT_JSON, TOO_LARGE
    static TbsPackage read(byte[] body) {
        if (body.length > MAX) {
            throw new RefusedException(
                    RetCode.TOO_LARGE, "a body of %d octets".formatted(body.length));
        }
        byte[] value = value(body);
        byte[] plain = decoded(value).orElse(new byte[0]);
        try {
            return json(plain)
                    .or(() -> json(value))
                    .orElseThrow(() -> new RefusedException(RetCode.NOT_JSON, "no JSON object"));
        } finally {
            Arrays.fill(plain, (byte) 0);
            Arrays.fill(value, (byte) 0);
        }
    }

    private static byte[] value(byte[] body) {
        if (!startsWith(body, 0, NAME)) {
            return body.clone();
        }
        int end = body.length;
        if (startsWith(body, NAME.length, ESCAPED_BRACE)) {
            // A whole form, properly encoded: there may be more fields.
            int more = NAME.length;
            while (more < body.length && body[more] != '&') {
                more++;
            }
            end = more;
        }
        return Arrays.copyOfRange(body, NAME.length, end);
    }

    private static boolean startsWith(byte[] body, int from, byte[] start) {
        return body.length >= from + start.length
                && Arrays.equals(body, from, from + start.length, start, 0, start.length);
    }

    /// Empty when an escape is none.
    private static Optional<byte[]> decoded(byte[] value) {
        byte[] plain = new byte[value.length];
        int length = 0;
        for (int i = 0; i < value.length; i++) {
            byte octet = value[i];
            if (octet == '%') {
                int high = i + 2 < value.length ? Character.digit(value[i + 1], 16) : -1;
                int low = i + 2 < value.length ? Character.digit(value[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    Arrays.fill(plain, (byte) 0);
                    return Optional.empty();
                }
                octet = (byte) (high << 4 | low);
                i += 2;
            } else if (octet == '+') {
                octet = ' ';
            }
            plain[length++] = octet;
        }
        byte[] exact = Arrays.copyOf(plain, length);
        Arrays.fill(plain, (byte) 0);
        return Optional.of(exact);
    }

    private static Optional<TbsPackage> json(byte[] utf8) {
        CharBuffer decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        char[] text = new char[decoded.remaining()];
        decoded.get(text);
        if (decoded.hasArray()) {
            Arrays.fill(decoded.array(), '\0');
        }
        try {
            return FlatJson.read(text);
        } finally {
            Arrays.fill(text, '\0');
        }
    }
}
