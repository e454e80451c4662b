// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads one JSON object (RFC 8259) into character arrays that can be wiped, so that a PIN in it
/// never becomes a String. The last of two values of a name counts, as in browsers; what lies
/// deeper is looked over and left out.
final class FlatJson {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_MEMBERS = 256;

    private final char[] text;
    private int at;

    private FlatJson(char[] text) {
        this.text = text;
    }

    /// The text is not JSON.
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /// Empty when it is no JSON object.
    ///
    /// @param text stays the caller's
    static Optional<TbsPackage> read(char[] text) {
        FlatJson json = new FlatJson(text);
        Map<String, char[]> values = new HashMap<>();
        try {
            json.space();
            json.members(values);
            json.space();
            if (json.at == text.length) {
                return Optional.of(new TbsPackage(values));
            }
        } catch (Malformed e) {
            // Told by the empty answer.
        }
        values.values().forEach(value -> Arrays.fill(value, '\0'));
        return Optional.empty();
    }

    private void members(Map<String, char[]> values) throws Malformed {
        expect('{');
        space();
        if (next('}')) {
            return;
        }
        do {
            space();
            String name = new String(string());
            space();
            expect(':');
            space();
            Optional<char[]> value = value(1);
            char[] before = value.isPresent() ? values.put(name, value.get()) : values.remove(name);
            if (before != null) {
                Arrays.fill(before, '\0');
            }
            if (values.size() > MAX_MEMBERS) {
                throw new Malformed();
            }
            space();
        } while (next(','));
        expect('}');
    }

    /// Empty for null and for what is not flat.
    private Optional<char[]> value(int depth) throws Malformed {
        if (depth > MAX_DEPTH || at >= text.length) {
            throw new Malformed();
        }
        return switch (text[at]) {
            case '"' -> Optional.of(string());
            case '{' -> skipped(depth, '}');
            case '[' -> skipped(depth, ']');
            default -> word();
        };
    }

    private Optional<char[]> skipped(int depth, char end) throws Malformed {
        at++;
        space();
        if (next(end)) {
            return Optional.empty();
        }
        do {
            space();
            if (end == '}') {
                Arrays.fill(string(), '\0');
                space();
                expect(':');
                space();
            }
            value(depth + 1).ifPresent(value -> Arrays.fill(value, '\0'));
            space();
        } while (next(','));
        expect(end);
        return Optional.empty();
    }

    /// A number or one of the three words, as it stands.
    private Optional<char[]> word() throws Malformed {
        int from = at;
        while (at < text.length
                && (Character.isLetterOrDigit(text[at]) || "+-.".indexOf(text[at]) >= 0)) {
            at++;
        }
        String word = new String(text, from, at - from);
        if (word.equals("null")) {
            return Optional.empty();
        }
        if (!word.equals("true")
                && !word.equals("false")
                && !word.matches("-?(0|[1-9]\\d{0,17})(\\.\\d{1,18})?([eE][+-]?\\d{1,3})?")) {
            throw new Malformed();
        }
        return Optional.of(word.toCharArray());
    }

    private char[] string() throws Malformed {
        expect('"');
        int from = at;
        while (at < text.length && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        if (at >= text.length) {
            throw new Malformed();
        }
        char[] value = new char[at - from];
        int length = 0;
        int end = at;
        at = from;
        try {
            while (at < end) {
                char c = text[at++];
                if (c < ' ') {
                    throw new Malformed();
                }
                value[length++] = c == '\\' ? escaped() : c;
            }
            at = end + 1;
            return Arrays.copyOf(value, length);
        } finally {
            Arrays.fill(value, '\0');
        }
    }

    private char escaped() throws Malformed {
        char c = text[at++];
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> throw new Malformed();
        };
    }

    private char hex() throws Malformed {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length ? Character.digit(text[at++], 16) : -1;
            if (digit < 0) {
                throw new Malformed();
            }
            value = value * 16 + digit;
        }
        return (char) value;
    }

    private void space() {
        while (at < text.length && " \t\r\n".indexOf(text[at]) >= 0) {
            at++;
        }
    }

    private boolean next(char expected) {
        boolean there = at < text.length && text[at] == expected;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char expected) throws Malformed {
        if (!next(expected)) {
            throw new Malformed();
        }
    }
}
