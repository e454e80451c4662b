// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.protocol.http.BytesHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A request that found its route. Every reader throws [RestProblem] for what it cannot read.
///
/// @param authority named in the path
/// @param variables of the path, by their names
/// @param client whose key TLS has proven
/// @param now when the request is answered
record Call(
        BytesHandler.Request request,
        RestAuthority authority,
        Map<String, String> variables,
        Certificate client,
        Instant now) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /// The serial number in the path.
    SerialNumber serialNumber() {
        return serialNumber(variables.getOrDefault("serialNumber", ""));
    }

    static SerialNumber serialNumber(String hex) {
        try {
            return SerialNumber.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw RestProblem.invalid("a serial number is 2 to 40 hexadecimal digits");
        }
    }

    /// The body, a JSON object with no other members than these.
    ObjectNode object(Set<String> members) {
        String type = request.header("Content-Type").orElse("").split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase("application/json")) {
            throw RestProblem.invalid("expected application/json");
        }
        try {
            if (JSON.readTree(request.body()) instanceof ObjectNode object) {
                for (Iterator<String> names = object.propertyNames().iterator();
                        names.hasNext(); ) {
                    String name = names.next();
                    if (!members.contains(name)) {
                        throw RestProblem.invalid("no member is named " + printable(name));
                    }
                }
                return object;
            }
        } catch (JacksonException e) {
            throw RestProblem.invalid("the body is not JSON");
        }
        throw RestProblem.invalid("expected a JSON object");
    }

    static String text(ObjectNode object, String name) {
        return optionalText(object, name)
                .orElseThrow(() -> RestProblem.invalid("%s is missing".formatted(name)));
    }

    static Optional<String> optionalText(ObjectNode object, String name) {
        JsonNode member = object.get(name);
        if (member == null) {
            return Optional.empty();
        }
        if (!member.isString()) {
            throw RestProblem.invalid("%s is text".formatted(name));
        }
        return Optional.of(member.stringValue());
    }

    static Optional<Instant> optionalTime(ObjectNode object, String name) {
        return optionalText(object, name).map(text -> time(name, text));
    }

    static Instant time(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw RestProblem.invalid("%s is a time such as 2031-01-01T00:00:00Z".formatted(name));
        }
    }

    /// The parameters of the query, each at most once and none but these.
    Map<String, String> query(Set<String> names) {
        Map<String, String> parameters = new HashMap<>();
        for (String part : request.query().isEmpty() ? new String[0] : request.query().split("&")) {
            String[] pair = part.split("=", 2);
            String name = decoded(pair[0]);
            if (!names.contains(name)
                    || parameters.put(name, pair.length == 2 ? decoded(pair[1]) : "") != null) {
                throw RestProblem.invalid(
                        "%s is no parameter, or twice".formatted(printable(name)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw RestProblem.invalid("the query is not encoded as it should be");
        }
    }

    private static String printable(String text) {
        return text.matches("[ -~]{1,40}") ? text : "that";
    }
}
