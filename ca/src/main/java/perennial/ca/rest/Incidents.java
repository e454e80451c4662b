// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import perennial.ca.store.Incident;
import perennial.ca.store.IncidentStore;
import perennial.core.advice.Problem;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.protocol.http.BytesHandler.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Declaring, listing and withdrawing incidents.
final class Incidents {
    private static final Set<String> MEMBERS =
            Set.of(
                    "replaceBy",
                    "explanation",
                    "profile",
                    "issuedFrom",
                    "issuedUntil",
                    "serialNumbers");

    /// Revoked in one call at most: some seconds of work.
    private static final int PAGE = 500;

    private Incidents() {}

    /// The id in the path is the client's: declaring it again changes nothing. What covers
    /// everything has to say so by a time.
    static Answer declare(Call call) {
        ObjectNode body = call.object(MEMBERS);
        Incident.Scope covers =
                new Incident.Scope(
                        Call.optionalText(body, "profile"),
                        Call.optionalTime(body, "issuedFrom"),
                        Call.optionalTime(body, "issuedUntil"),
                        serialNumbers(body));
        if (covers.issuedUntil().isEmpty() && covers.serialNumbers().isEmpty()) {
            throw RestProblem.invalid(
                    "say until when what is covered was issued, or name serialNumbers");
        }
        Incident incident;
        try {
            incident =
                    new Incident(
                            id(call),
                            call.now(),
                            Call.time("replaceBy", Call.text(body, "replaceBy")),
                            URI.create(Call.text(body, "explanation")),
                            covers);
        } catch (IllegalArgumentException e) {
            throw RestProblem.invalid(String.valueOf(e.getMessage()));
        }
        boolean declared = call.authority().stores().incidents().declare(incident);
        return Words.json(declared ? 201 : 200, object(incident));
    }

    static Answer list(Call call) {
        ObjectNode body = Words.object();
        ArrayNode incidents = body.putArray("incidents");
        call.authority()
                .stores()
                .incidents()
                .open()
                .forEach(incident -> incidents.add(object(incident)));
        return Words.json(200, body);
    }

    static Answer withdraw(Call call) {
        if (!call.authority().stores().incidents().withdraw(id(call), call.now())) {
            throw RestProblem.notFound();
        }
        return new Answer(204, "", Map.of(), new byte[0]);
    }

    /// Revokes the next of what an incident covers, once the time to replace it is over. It may
    /// break off anywhere and be called again.
    static Answer revoke(Call call) {
        ObjectNode body = call.object(Set.of("reason", "after", "limit"));
        RevocationReason reason =
                Words.reason(Call.text(body, "reason"))
                        .orElseThrow(() ->
                                RestProblem.invalid("reason is one of RFC 5280 5.3.1, for good"));
        int most = body.has("limit") ? body.get("limit").asInt(0) : PAGE;
        if (most < 1 || most > PAGE) {
            throw RestProblem.invalid("limit is 1 to " + PAGE);
        }
        Incident incident =
                call.authority()
                        .stores()
                        .incidents()
                        .find(id(call))
                        .orElseThrow(RestProblem::notFound);
        if (call.now().isBefore(incident.replaceBy())) {
            throw RestProblem.of(
                    409,
                    Problem.TOO_EARLY,
                    "holders have until %s to replace it".formatted(incident.replaceBy()));
        }
        Optional<Cursor> after = Call.optionalText(body, "after").map(Cursor::of);
        List<IncidentStore.Covered> covered =
                call.authority()
                        .stores()
                        .incidents()
                        .covered(
                                incident.id(),
                                after.map(Cursor::notAfter).orElse(call.now()),
                                after.map(Cursor::serialNumber),
                                most);
        X500Principal issuer = call.authority().certificate().subject();
        for (IncidentStore.Covered one : covered) {
            call.authority()
                    .authority()
                    .revoke(
                            RevocationRequest.of(
                                    new CertificateId(issuer, one.serialNumber()), reason));
        }
        ObjectNode answer = Words.object().put("revoked", covered.size());
        if (covered.size() == most) {
            IncidentStore.Covered last = covered.getLast();
            answer.put("next", new Cursor(last.notAfter(), 0, last.serialNumber()).text());
        }
        return Words.json(200, answer);
    }

    private static UUID id(Call call) {
        String text = call.variables().getOrDefault("incident", "");
        if (!text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw RestProblem.invalid("an incident's id is a UUID in lower case");
        }
        return UUID.fromString(text);
    }

    private static Set<SerialNumber> serialNumbers(ObjectNode body) {
        Set<SerialNumber> serialNumbers = new HashSet<>();
        Optional<JsonNode> list = Optional.ofNullable(body.get("serialNumbers"));
        if (list.isPresent()) {
            if (!(list.get() instanceof ArrayNode array)) {
                throw RestProblem.invalid("serialNumbers is a list");
            }
            for (JsonNode one : array) {
                serialNumbers.add(Call.serialNumber(one.isString() ? one.stringValue() : ""));
            }
        }
        return serialNumbers;
    }

    private static ObjectNode object(Incident incident) {
        ObjectNode object =
                Words.object()
                        .put("id", incident.id().toString())
                        .put("declaredAt", incident.declaredAt().toString())
                        .put("replaceBy", incident.replaceBy().toString())
                        .put("explanation", incident.explanation().toString());
        Incident.Scope covers = incident.covers();
        covers.profile().ifPresent(profile -> object.put("profile", profile));
        covers.issuedFrom().ifPresent(from -> object.put("issuedFrom", from.toString()));
        covers.issuedUntil().ifPresent(until -> object.put("issuedUntil", until.toString()));
        if (!covers.serialNumbers().isEmpty()) {
            ArrayNode list = object.putArray("serialNumbers");
            covers.serialNumbers().stream().map(SerialNumber::hex).sorted().forEach(list::add);
        }
        return object;
    }
}
