// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One line of the audit log: a flat JSON object whose last member is the signature over everything
/// before `,"signature"`. What is signed and hashed are the octets of the line, so nobody has to
/// write JSON in one canonical way to verify it.
///
/// @param sequence from 1, without gaps, for each node
/// @param anchored up to which record the database had the node's head when this was written
/// @param previous SHA-256 of the line before, without its line feed; 32 zeros for the first
/// @param fields what the event says, see [AuditEvent]
record AuditRecord(
        long sequence,
        Instant time,
        String node,
        long anchored,
        byte[] previous,
        String event,
        SequencedMap<String, String> fields) {
    /// Longer ones are not ours: readers stop here.
    static final int MAX_OCTETS = 64 * 1024;

    private static final String SIGNATURE = ",\"signature\":\"";
    private static final int SIGNATURE_CHARACTERS = 86;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final JsonFactory JSON = JsonFactory.builder().build();

    /// Signs the record.
    ///
    /// @return the line, without a line feed
    byte[] line(AuditKey key) {
        byte[] signed = signed();
        String end = SIGNATURE + BASE64.encodeToString(key.sign(signed)) + "\"}";
        byte[] line = new byte[signed.length + end.length()];
        System.arraycopy(signed, 0, line, 0, signed.length);
        System.arraycopy(
                end.getBytes(StandardCharsets.US_ASCII), 0, line, signed.length, end.length());
        return line;
    }

    private byte[] signed() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("sequence", sequence);
            json.writeStringProperty("time", time.toString());
            json.writeStringProperty("node", node);
            json.writeNumberProperty("anchored", anchored);
            json.writeStringProperty("previous", HexFormat.of().formatHex(previous));
            json.writeStringProperty("event", event);
            fields.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        String whole = text.toString();
        return whole.substring(0, whole.length() - 1).getBytes(StandardCharsets.UTF_8);
    }

    /// A line taken apart.
    ///
    /// @param signed the octets that the signature is over
    record Read(AuditRecord record, byte[] signed, byte[] signature) {}

    /// @throws FormatException when it is not a line that [#line] makes
    static Read read(byte[] line) {
        int end = line.length - SIGNATURE.length() - SIGNATURE_CHARACTERS - 2;
        if (end < 0 || line.length > MAX_OCTETS) {
            throw new FormatException("a line of %d octets".formatted(line.length));
        }
        String tail = new String(line, end, line.length - end, StandardCharsets.ISO_8859_1);
        if (!tail.startsWith(SIGNATURE) || !tail.endsWith("\"}")) {
            throw new FormatException("no signature at the end");
        }
        byte[] signed = java.util.Arrays.copyOf(line, end);
        String encoded =
                tail.substring(SIGNATURE.length(), SIGNATURE.length() + SIGNATURE_CHARACTERS);
        try {
            SequencedMap<String, String> members = members(line);
            AuditRecord record =
                    new AuditRecord(
                            Long.parseLong(taken(members, "sequence")),
                            Instant.parse(taken(members, "time")),
                            taken(members, "node"),
                            Long.parseLong(taken(members, "anchored")),
                            HexFormat.of().parseHex(taken(members, "previous")),
                            taken(members, "event"),
                            members);
            taken(members, "signature");
            byte[] signature = Base64.getUrlDecoder().decode(encoded);
            // The last character has spare bits: only one way of writing them is ours.
            if (!BASE64.encodeToString(signature).equals(encoded)) {
                throw new FormatException("signature is not encoded as ours are");
            }
            return new Read(record, signed, signature);
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw new FormatException(String.valueOf(e.getMessage()));
        }
    }

    private static SequencedMap<String, String> members(byte[] line) {
        SequencedMap<String, String> members = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new FormatException("not an object");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (!json.nextToken().isScalarValue()
                        || members.putIfAbsent(name, json.getString()) != null) {
                    throw new FormatException("member " + name);
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new FormatException("not one flat object");
            }
        }
        return members;
    }

    private static String taken(SequencedMap<String, String> members, String name) {
        String value = members.remove(name);
        if (value == null) {
            throw new FormatException("no member " + name);
        }
        return value;
    }

    /// Not a record of ours.
    static final class FormatException extends RuntimeException {
        @java.io.Serial private static final long serialVersionUID = 1L;

        FormatException(String message) {
            super(message);
        }
    }
}
