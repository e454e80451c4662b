// SPDX-License-Identifier: Apache-2.0
package perennial.agent.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import perennial.agent.json.Json.MalformedException;

/// Reads one JSON object, strictly (RFC 8259): UTF-8, no name twice, nothing after it, no
/// fractions, at most eight levels deep. How long it may be its caller decides.
public final class JsonReader {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_DIGITS = 15;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /// @param utf8 the caller's, unchanged
    public static Json.Members object(byte[] utf8) throws MalformedException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            MalformedException malformed = new MalformedException("not UTF-8");
            malformed.initCause(e);
            throw malformed;
        }
        JsonReader reader = new JsonReader(text);
        reader.space();
        Json.Members members = reader.members(1);
        reader.space();
        if (reader.at < text.length()) {
            throw reader.malformed("nothing after the object");
        }
        return members;
    }

    private Json value(int depth) throws MalformedException {
        if (depth > MAX_DEPTH) {
            throw malformed("at most %d levels".formatted(MAX_DEPTH));
        }
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> array(depth);
            case '"' -> new Json.Text(string());
            case 't' -> word("true", new Json.Truth(true));
            case 'f' -> word("false", new Json.Truth(false));
            case 'n' -> word("null", Json.NULL);
            default -> number();
        };
    }

    private Json.Members members(int depth) throws MalformedException {
        Json.Members members = new Json.Members();
        expect('{');
        space();
        if (peek() == '}') {
            at++;
            return members;
        }
        while (true) {
            space();
            String name = string();
            space();
            expect(':');
            space();
            if (members.values().put(name, value(depth + 1)) != null) {
                throw malformed("a name once");
            }
            space();
            if (peek() == '}') {
                at++;
                return members;
            }
            expect(',');
        }
    }

    private Json.Array array(int depth) throws MalformedException {
        List<Json> items = new ArrayList<>();
        expect('[');
        space();
        if (peek() == ']') {
            at++;
            return new Json.Array(items);
        }
        while (true) {
            space();
            items.add(value(depth + 1));
            space();
            if (peek() == ']') {
                at++;
                return new Json.Array(items);
            }
            expect(',');
        }
    }

    private String string() throws MalformedException {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return value.toString();
            }
            if (c < ' ') {
                throw malformed("no control characters in a text");
            }
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() throws MalformedException {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> throw malformed("a known escape");
        };
    }

    private char hex() throws MalformedException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw malformed("four hexadecimal digits");
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }

    private Json number() throws MalformedException {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        int digits = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        boolean leadingZero = at - digits > 1 && text.charAt(digits) == '0';
        if (at == digits || at - digits > MAX_DIGITS || leadingZero) {
            throw malformed("a value");
        }
        return new Json.Whole(Long.parseLong(text.substring(start, at)));
    }

    private Json word(String word, Json value) throws MalformedException {
        if (!text.startsWith(word, at)) {
            throw malformed("a value");
        }
        at += word.length();
        return value;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws MalformedException {
        if (at >= text.length()) {
            throw malformed("more");
        }
        return text.charAt(at);
    }

    private char next() throws MalformedException {
        char c = peek();
        at++;
        return c;
    }

    private void expect(char expected) throws MalformedException {
        if (peek() != expected) {
            throw malformed("'" + expected + "'");
        }
        at++;
    }

    private MalformedException malformed(String expected) {
        return new MalformedException("expected %s at character %d".formatted(expected, at));
    }
}
