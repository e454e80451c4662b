// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import perennial.ca.CaException;
import perennial.ca.Pkcs10;
import perennial.ca.store.CertificateDirectory.Line;
import perennial.ca.store.LineageStore.Origin;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.protocol.http.BytesHandler.Answer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Issuing, finding, listing and revoking.
final class Certificates {
    private static final int PAGE = 100;
    private static final int MOST = 1000;

    private Certificates() {}

    /// The `Idempotency-Key` is the transaction: the same key and the same request are the same
    /// certificate, another request under it is refused.
    static Answer issue(Call call) {
        ObjectNode body = call.object(Set.of("profile", "request", "notAfter", "replaces"));
        Optional<Certificate> replaces =
                Call.optionalText(body, "replaces")
                        .map(hex -> origin(call, Call.serialNumber(hex)).certificate());
        CertificationRequest read = request(call, body);
        IssueOutcome outcome =
                call.authority()
                        .authority()
                        .issue(
                                new CertificationRequest(
                                        read.transaction(),
                                        read.profile(),
                                        read.subject(),
                                        read.key(),
                                        read.proof(),
                                        replaces,
                                        read.notAfter()));
        return switch (outcome) {
            case IssueOutcome.Accepted(Certificate certificate) ->
                    Words.json(
                            201,
                            certificate(call, certificate.serialNumber()),
                            Map.of(
                                    "Cache-Control",
                                    "no-store",
                                    "Location",
                                    "/api/v1/authorities/%s/certificates/%s"
                                            .formatted(
                                                    call.authority().name(),
                                                    certificate.serialNumber().hex())));
            case IssueOutcome.Waiting(var retryAfter) ->
                    Words.json(
                            202,
                            Words.object(),
                            Map.of(
                                    "Retry-After",
                                    String.valueOf(Math.max(1, retryAfter.toSeconds()))));
            case IssueOutcome.Rejection(var reason, var text) ->
                    throw RestProblem.refused(reason, text);
        };
    }

    static Answer get(Call call) {
        return Words.json(200, certificate(call, call.serialNumber()));
    }

    static Answer status(Call call) {
        return Words.json(
                200,
                Words.status(call.authority().authority().status(id(call, call.serialNumber()))));
    }

    /// Makes the status what the body says; saying it twice changes nothing.
    static Answer putStatus(Call call) {
        ObjectNode body = call.object(Set.of("status", "reason", "invalidityDate"));
        Optional<Instant> invalidityDate = Call.optionalTime(body, "invalidityDate");
        RevocationReason reason =
                switch (Call.text(body, "status")) {
                    case "suspended" -> RevocationReason.CERTIFICATE_HOLD;
                    case "good" -> RevocationReason.REMOVE_FROM_CRL;
                    case "revoked" ->
                            Words.reason(Call.text(body, "reason"))
                                    .orElseThrow(() ->
                                            RestProblem.invalid(
                                                    "reason is one of RFC 5280 5.3.1, for good"));
                    default -> throw RestProblem.invalid("status is good, suspended or revoked");
                };
        if (reason == RevocationReason.REMOVE_FROM_CRL && invalidityDate.isPresent()) {
            throw RestProblem.invalid("what is resumed has no invalidityDate");
        }
        RevocationOutcome outcome =
                call.authority()
                        .authority()
                        .revoke(
                                new RevocationRequest(
                                        id(call, call.serialNumber()), reason, invalidityDate));
        return switch (outcome) {
            case RevocationOutcome.Done(var status) -> Words.json(200, Words.status(status));
            case RevocationOutcome.Refused refused ->
                    throw switch (refused.reason()) {
                        case badCertId -> RestProblem.unknown(call.serialNumber().hex());
                        case certRevoked, badRequest -> RestProblem.conflict(refused);
                        default -> RestProblem.refused(refused.reason(), refused.text());
                    };
        };
    }

    /// By when they end, or those that are revoked; exactly what an index answers.
    static Answer list(Call call) {
        Map<String, String> query =
                call.query(Set.of("status", "notAfterFrom", "notAfterBefore", "after", "limit"));
        int most = limit(query.get("limit"));
        Optional<Cursor> after = Optional.ofNullable(query.get("after")).map(Cursor::of);
        String status = query.getOrDefault("status", "issued");
        List<Line> lines =
                switch (status) {
                    case "revoked" ->
                            after.map(cursor ->
                                            call.authority()
                                                    .stores()
                                                    .directory()
                                                    .revokedAfter(
                                                            cursor.partition(),
                                                            cursor.serialNumber(),
                                                            most))
                                    .orElseGet(() ->
                                            call.authority().stores().directory().revoked(most));
                    case "issued" -> ending(call, query, after, most);
                    default -> throw RestProblem.invalid("status is issued or revoked");
                };
        ObjectNode body = Words.object();
        ArrayNode certificates = body.putArray("certificates");
        for (Line line : lines) {
            certificates
                    .addObject()
                    .put("serialNumber", line.serialNumber().hex())
                    .put("notAfter", line.notAfter().toString())
                    .set("status", Words.status(line.status()));
        }
        if (lines.size() == most) {
            body.put("next", cursor(lines.getLast()).text());
        }
        return Words.json(200, body);
    }

    private static List<Line> ending(
            Call call, Map<String, String> query, Optional<Cursor> after, int most) {
        Instant from =
                Optional.ofNullable(query.get("notAfterFrom"))
                        .map(text -> Call.time("notAfterFrom", text))
                        .orElse(Instant.EPOCH);
        Instant before =
                Optional.ofNullable(query.get("notAfterBefore"))
                        .map(text -> Call.time("notAfterBefore", text))
                        .orElse(Instant.parse("9999-12-31T23:59:59Z"));
        var directory = call.authority().stores().directory();
        return after.map(cursor ->
                        directory.endingAfter(
                                cursor.notAfter(), cursor.serialNumber(), before, most))
                .orElseGet(() -> directory.endingFrom(from, before, most));
    }

    private static Cursor cursor(Line line) {
        return new Cursor(line.notAfter(), line.partition(), line.serialNumber());
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return PAGE;
        }
        if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > MOST) {
            throw RestProblem.invalid("limit is 1 to " + MOST);
        }
        return Integer.parseInt(text);
    }

    private static CertificationRequest request(Call call, ObjectNode body) {
        try {
            return Pkcs10.read(
                    octets(Call.text(body, "request")),
                    transaction(call),
                    Call.text(body, "profile"),
                    Call.optionalTime(body, "notAfter"));
        } catch (CaException e) {
            throw RestProblem.of(400, e.problem(), String.valueOf(e.getMessage()));
        }
    }

    /// PEM, or DER in base64.
    private static byte[] octets(String request) {
        if (request.contains("-----BEGIN ")) {
            return request.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getMimeDecoder().decode(request);
        } catch (IllegalArgumentException e) {
            throw RestProblem.invalid("request is PEM, or DER in base64");
        }
    }

    /// Of this client: another one's key is another transaction.
    private static UUID transaction(Call call) {
        String key = call.request().header("Idempotency-Key").orElse("");
        if (!key.matches("\"?[A-Za-z0-9_-]{16,64}\"?")) {
            throw RestProblem.invalid("an Idempotency-Key of 16 to 64 characters is needed");
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("rest ".getBytes(StandardCharsets.US_ASCII));
            digest.update(call.client().subject().getEncoded());
            ByteBuffer half =
                    ByteBuffer.wrap(
                            digest.digest(
                                    key.replace("\"", "").getBytes(StandardCharsets.US_ASCII)));
            return new UUID(half.getLong(), half.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static ObjectNode certificate(Call call, SerialNumber serialNumber) {
        Origin origin = origin(call, serialNumber);
        Certificate certificate = origin.certificate();
        ObjectNode object =
                Words.object()
                        .put("serialNumber", serialNumber.hex())
                        .put("profile", origin.profile())
                        .put("subject", certificate.subjectText())
                        .put("notBefore", certificate.validity().notBefore().toString())
                        .put("notAfter", certificate.validity().notAfter().toString())
                        .put("certificate", Base64.getEncoder().encodeToString(certificate.der()));
        origin.replaces().ifPresent(before -> object.put("replaces", before.hex()));
        object.set(
                "status",
                Words.status(call.authority().authority().status(id(call, serialNumber))));
        return object;
    }

    private static Origin origin(Call call, SerialNumber serialNumber) {
        return call.authority()
                .stores()
                .lineages()
                .origin(serialNumber)
                .orElseThrow(() -> RestProblem.unknown(serialNumber.hex()));
    }

    private static CertificateId id(Call call, SerialNumber serialNumber) {
        return new CertificateId(call.authority().certificate().subject(), serialNumber);
    }
}
