// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.est;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.http.BytesHandler;
import perennial.protocol.http.RefusalStatus;

/// EST over HTTPS (RFC 7030 with RFC 8951's encodings), to be mounted at `/.well-known/est` of a
/// listener that asks clients for certificates, with bodies of at most [#MAX_BODY] octets.
///
/// Keys are made on cards: `/serverkeygen` is not implemented, and `/fullcmc` neither, which is
/// what 501 tells a client (RFC 7030 4.3.2).
public final class EstEndpoint implements BytesHandler {
    /// A request in base64 and the ends of its lines.
    public static final int MAX_BODY = 2 * EstRequest.MAX_OCTETS;

    private static final String PKCS7 = "application/pkcs7-mime";
    private static final int RETRY_SECONDS = 60;

    private static final Set<String> OPERATIONS =
            Set.of(
                    "cacerts",
                    "simpleenroll",
                    "simplereenroll",
                    "fullcmc",
                    "serverkeygen",
                    "csrattrs");

    private final Map<String, EstService> services;

    /// @param services by label, the path segment before the operation (RFC 7030 3.2.2); the one of
    ///   the empty label answers where there is none
    public EstEndpoint(Map<String, EstService> services) {
        this.services = Map.copyOf(services);
        for (String label : services.keySet()) {
            if (OPERATIONS.contains(label) || !label.matches("[A-Za-z0-9._-]*")) {
                throw new IllegalArgumentException(
                        "an EST label is a path segment and no operation, got " + label);
            }
        }
        if (!services.containsKey("")) {
            throw new IllegalArgumentException("EST answers without a label too");
        }
    }

    @Override
    public Answer handle(Request request) {
        String[] segments = request.path().split("/", -1);
        boolean labelled = segments.length == 3;
        if (!labelled && segments.length != 2) {
            return text(404, "no such operation");
        }
        EstService service = services.get(labelled ? segments[1] : "");
        String operation = segments[segments.length - 1];
        if (service == null || !OPERATIONS.contains(operation)) {
            return text(404, "no such operation");
        }
        String method =
                operation.equals("cacerts") || operation.equals("csrattrs") ? "GET" : "POST";
        if (!request.method().equals(method)) {
            return new Answer(
                    405, "text/plain; charset=utf-8", Map.of("Allow", method), new byte[0]);
        }
        return switch (operation) {
            case "cacerts" -> encoded(PKCS7, EstSyntax.certsOnly(service.authorities()));
            case "csrattrs" ->
                    encoded("application/csrattrs", EstSyntax.csrAttributes(service.hints()));
            case "simpleenroll", "simplereenroll" -> enrolment(service, operation, request);
            default -> text(501, "not implemented: keys are made by their holders");
        };
    }

    private static Answer enrolment(EstService service, String operation, Request request) {
        if (request.peer().isEmpty()) {
            return text(403, "a TLS client certificate of this authority is needed");
        }
        if (!mediaType(request).equals("application/pkcs10")) {
            return text(415, "expected application/pkcs10");
        }
        Certificate client = request.peer().getFirst();
        try {
            EstRequest asked = EstRequest.ofDer(EstSyntax.decode(request.body()));
            return answer(
                    operation.equals("simpleenroll")
                            ? service.enrol(asked, client)
                            : service.renew(asked, client));
        } catch (ProtocolException e) {
            return refused(e.failInfo(), String.valueOf(e.getMessage()));
        }
    }

    private static Answer answer(IssueOutcome outcome) {
        return switch (outcome) {
            case IssueOutcome.Accepted(Certificate certificate) ->
                    encoded(
                            PKCS7 + "; smime-type=certs-only",
                            EstSyntax.certsOnly(List.of(certificate)));
            case IssueOutcome.Waiting(var retryAfter) ->
                    new Answer(
                            202,
                            "text/plain; charset=utf-8",
                            Map.of(
                                    "Retry-After",
                                    String.valueOf(Math.max(1, retryAfter.toSeconds()))),
                            "not decided yet".getBytes(StandardCharsets.UTF_8));
            case IssueOutcome.Rejection(FailInfo reason, String text) -> refused(reason, text);
        };
    }

    /// A reason in words, as text, for whoever reads the client's log (RFC 7030 4.2.3).
    private static Answer refused(FailInfo reason, String text) {
        int status = RefusalStatus.of(reason);
        Answer answer = text(status, "%s: %s".formatted(reason, text));
        return status == 503
                ? new Answer(
                        status,
                        answer.contentType(),
                        Map.of("Retry-After", String.valueOf(RETRY_SECONDS)),
                        answer.body())
                : answer;
    }

    /// The header field is for clients older than RFC 8951.
    private static Answer encoded(String mediaType, byte[] der) {
        return new Answer(
                200,
                mediaType,
                Map.of("Content-Transfer-Encoding", "base64", "Cache-Control", "no-store"),
                EstSyntax.encode(der));
    }

    private static Answer text(int status, String text) {
        return new Answer(
                status,
                "text/plain; charset=utf-8",
                Map.of(),
                text.getBytes(StandardCharsets.UTF_8));
    }

    private static String mediaType(Request request) {
        return request.header("Content-Type")
                .orElse("")
                .split(";", 2)[0]
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
