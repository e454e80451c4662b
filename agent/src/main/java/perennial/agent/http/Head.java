// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request line and its fields (RFC 9112 3, 5), read strictly: whatever two readers could
/// understand in two ways is refused.
///
/// @param request with an empty body
/// @param length octets of the body that follows
/// @param waits the body is held back until it is called for (`Expect: 100-continue`, RFC 9110
///   10.1.1)
/// @param last the connection is to be closed after the answer
record Head(Request request, int length, boolean waits, boolean last) {
    private static final int MAX_FIELDS = 100;
    private static final Pattern REQUEST_LINE =
            Pattern.compile("(GET|POST|OPTIONS) (/[!$-;=?-~]*) HTTP/1\\.1");
    private static final Pattern FIELD =
            Pattern.compile(
                    "([!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}):[ \\t]*((?:[!-~\\x80-\\xff](?:["
                            + " \\t!-~\\x80-\\xff]*[!-~\\x80-\\xff])?)?)[ \\t]*");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,9}");

    /// @param octets up to and with the empty line; the caller's
    static Head parse(byte[] octets) throws RefusedException {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        List<String> lines = lines(text);
        Matcher first = REQUEST_LINE.matcher(lines.getFirst());
        if (!first.matches()) {
            throw new RefusedException("not a request line");
        }
        Fields fields = fields(lines.subList(1, lines.size()));
        String target = first.group(2);
        int mark = target.indexOf('?');
        Request request =
                new Request(
                        first.group(1),
                        mark < 0 ? target : target.substring(0, mark),
                        mark < 0 ? "" : target.substring(mark + 1),
                        fields,
                        new byte[0]);
        return new Head(
                request, length(request), waits(fields), connection(fields).contains("close"));
    }

    /// Without the empty one at the end. Lines end with CR LF, and neither stands alone.
    private static List<String> lines(String text) throws RefusedException {
        if (!text.endsWith("\r\n\r\n")) {
            throw new RefusedException("no empty line");
        }
        List<String> lines =
                List.of(text.substring(0, text.length() - 4).split("\r\n", MAX_FIELDS + 2));
        for (String line : lines) {
            if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
                throw new RefusedException("half a line end, or too many fields");
            }
        }
        return lines;
    }

    /// A folded line (RFC 9112 5.2) has no name, so it is none.
    private static Fields fields(List<String> lines) throws RefusedException {
        List<Fields.Field> fields = new ArrayList<>();
        for (String line : lines) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new RefusedException("not a field");
            }
            fields.add(new Fields.Field(field.group(1), field.group(2)));
        }
        return new Fields(fields);
    }

    private static int length(Request request) throws RefusedException {
        Fields fields = request.fields();
        List<String> lengths = fields.values("Content-Length");
        if (!fields.values("Transfer-Encoding").isEmpty()
                || !fields.values("Upgrade").isEmpty()
                || lengths.size() > 1) {
            throw new RefusedException("a body or a protocol that the door does not know");
        }
        if (lengths.isEmpty()) {
            return 0;
        }
        if (!LENGTH.matcher(lengths.getFirst()).matches()) {
            throw new RefusedException("not a length");
        }
        int length = Integer.parseInt(lengths.getFirst());
        if (length > 0 && !request.method().equals("POST")) {
            throw new RefusedException("a body where none belongs");
        }
        return length;
    }

    private static boolean waits(Fields fields) throws RefusedException {
        List<String> expected = fields.values("Expect");
        if (expected.isEmpty()) {
            return false;
        }
        if (expected.size() > 1 || !expected.getFirst().equalsIgnoreCase("100-continue")) {
            throw new RefusedException("an expectation that the door does not know");
        }
        return true;
    }

    private static List<String> connection(Fields fields) {
        return fields.values("Connection").stream()
                .flatMap(value -> Pattern.compile(",").splitAsStream(value))
                .map(option -> option.strip().toLowerCase(Locale.ROOT))
                .toList();
    }
}
