// SPDX-License-Identifier: Apache-2.0
package perennial.ca.backup;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import perennial.ca.CaException;
import perennial.core.advice.Problem;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The two kinds of lines in an export: a row is an array of texts and nulls, everything about rows
/// is a flat object of texts.
final class JsonLines {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private JsonLines() {}

    static String row(List<@Nullable String> values) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartArray();
            for (String value : values) {
                if (value == null) {
                    json.writeNull();
                } else {
                    json.writeString(value);
                }
            }
            json.writeEndArray();
        }
        return text.toString();
    }

    static String object(Map<String, String> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            members.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        return text.toString();
    }

    /// @throws CaException BACKUP_INVALID
    static List<@Nullable String> row(String line) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            require(json.nextToken() == JsonToken.START_ARRAY);
            List<@Nullable String> values = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                JsonToken token = json.currentToken();
                require(token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NULL);
                values.add(token == JsonToken.VALUE_NULL ? null : json.getString());
            }
            return values;
        } catch (JacksonException e) {
            throw new CaException(Problem.BACKUP_INVALID, "a line that is no row", e);
        }
    }

    /// @throws CaException BACKUP_INVALID
    static Map<String, String> object(String line) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            require(json.nextToken() == JsonToken.START_OBJECT);
            Map<String, String> members = new LinkedHashMap<>();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                require(json.nextToken() == JsonToken.VALUE_STRING);
                members.put(name, json.getString());
            }
            require(json.currentToken() == JsonToken.END_OBJECT);
            return members;
        } catch (JacksonException e) {
            throw new CaException(Problem.BACKUP_INVALID, "a line that is no object", e);
        }
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new CaException(Problem.BACKUP_INVALID, "a line of another kind was expected");
        }
    }
}
