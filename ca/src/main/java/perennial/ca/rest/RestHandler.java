// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import perennial.ca.CaException;
import perennial.ca.CertificateProfile;
import perennial.ca.RestAccess;
import perennial.ca.Role;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.BytesHandler;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The REST door, to be mounted at `/api` of a listener that asks clients for certificates, with
/// bodies of at most [#MAX_BODY] octets. A problem is problem+json (RFC 9457) with our code, its
/// title in the client's language.
public final class RestHandler implements BytesHandler {
    public static final int MAX_BODY = 64 * 1024;

    private static final System.Logger LOG = System.getLogger(RestHandler.class.getName());

    private static final String AUTHORITY = "/v1/authorities/{authority}";
    private static final String CERTIFICATE = AUTHORITY + "/certificates/{serialNumber}";
    private static final Set<Role> ANYBODY = Set.of(Role.values());
    private static final Set<Role> RA = Set.of(Role.REGISTRATION_AUTHORITY);
    private static final Set<Role> OPERATOR = Set.of(Role.OPERATOR);
    private static final Set<Role> RA_OR_OPERATOR =
            Set.of(Role.REGISTRATION_AUTHORITY, Role.OPERATOR);

    static final List<Route> ROUTES =
            List.of(
                    new Route("GET", AUTHORITY + "/profiles", ANYBODY, RestHandler::profiles),
                    new Route("GET", AUTHORITY + "/crl", ANYBODY, RestHandler::crl),
                    new Route("GET", AUTHORITY + "/certificates", ANYBODY, Certificates::list),
                    new Route("POST", AUTHORITY + "/certificates", RA, Certificates::issue),
                    new Route("GET", CERTIFICATE, ANYBODY, Certificates::get),
                    new Route("GET", CERTIFICATE + "/status", ANYBODY, Certificates::status),
                    new Route(
                            "PUT",
                            CERTIFICATE + "/status",
                            RA_OR_OPERATOR,
                            Certificates::putStatus),
                    new Route("GET", AUTHORITY + "/incidents", ANYBODY, Incidents::list),
                    new Route(
                            "PUT",
                            AUTHORITY + "/incidents/{incident}",
                            OPERATOR,
                            Incidents::declare),
                    new Route(
                            "POST",
                            AUTHORITY + "/incidents/{incident}/revocations",
                            OPERATOR,
                            Incidents::revoke),
                    new Route(
                            "DELETE",
                            AUTHORITY + "/incidents/{incident}",
                            OPERATOR,
                            Incidents::withdraw));

    private final Map<String, RestAuthority> authorities = new HashMap<>();
    private final RestAccess access;
    private final Clock clock;
    private final AdviceBook advice = new AdviceBook();
    private final byte[] description = description();

    /// @param authorities with different names
    public RestHandler(List<RestAuthority> authorities, RestAccess access, Clock clock) {
        authorities.forEach(one -> this.authorities.put(one.name(), one));
        this.access = access;
        this.clock = clock;
    }

    @Override
    public Answer handle(Request request) {
        try {
            return answer(request);
        } catch (RestProblem e) {
            return problem(request, e);
        } catch (CaException e) {
            LOG.log(System.Logger.Level.ERROR, "a REST request could not be answered", e);
            return problem(request, RestProblem.of(503, e.problem(), "ask again later"));
        }
    }

    private Answer answer(Request request) {
        if (request.path().equals("/v1/openapi.json") && request.method().equals("GET")) {
            return new Answer(200, "application/json", Map.of(), description);
        }
        Certificate client = client(request);
        Set<Role> roles = access.of(client);
        if (request.path().equals("/v1/authorities") && request.method().equals("GET")) {
            allow(roles, ANYBODY);
            return authorities();
        }
        Set<String> methods = new TreeSet<>();
        for (Route route : ROUTES) {
            Optional<Map<String, String>> variables = route.match(request.path());
            if (variables.isPresent() && route.method().equals(request.method())) {
                allow(roles, route.roles());
                RestAuthority authority = authorities.get(variables.get().get("authority"));
                if (authority == null) {
                    throw RestProblem.notFound();
                }
                return route.answer()
                        .apply(
                                new Call(
                                        request,
                                        authority,
                                        variables.get(),
                                        client,
                                        clock.instant()));
            }
            variables.ifPresent(_ -> methods.add(route.method()));
        }
        if (methods.isEmpty()) {
            throw RestProblem.notFound();
        }
        return new Answer(
                405, "text/plain", Map.of("Allow", String.join(", ", methods)), new byte[0]);
    }

    /// Good at this moment, when it is of an authority here; a connection outlives a status.
    private Certificate client(Request request) {
        Certificate client =
                request.peer().stream()
                        .findFirst()
                        .orElseThrow(() -> denied("a TLS client certificate is needed"));
        Instant now = clock.instant();
        if (!client.validity().contains(now)) {
            throw denied("the client certificate is not valid now");
        }
        for (RestAuthority authority : authorities.values()) {
            if (authority.certificate().subject().equals(client.id().issuer())
                    && !(authority.authority().status(client.id()) instanceof CertStatus.Good)
                    && authority.stores().lineages().origin(client.serialNumber()).isPresent()) {
                throw denied("the client certificate is not good any more");
            }
        }
        return client;
    }

    private static void allow(Set<Role> roles, Set<Role> wanted) {
        if (Collections.disjoint(roles, wanted)) {
            throw denied("the client certificate has no role that may do this");
        }
    }

    private static RestProblem denied(String detail) {
        return RestProblem.of(403, Problem.CLIENT_NOT_AUTHORISED, detail);
    }

    private Answer authorities() {
        ObjectNode body = Words.object();
        ArrayNode list = body.putArray("authorities");
        authorities.values().stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .forEach(one ->
                        list.addObject()
                                .put("name", one.name())
                                .put("subject", one.certificate().subjectText())
                                .put("notAfter", one.certificate().validity().notAfter().toString())
                                .put(
                                        "certificate",
                                        Base64.getEncoder()
                                                .encodeToString(one.certificate().der())));
        return Words.json(200, body);
    }

    private static Answer profiles(Call call) {
        ObjectNode body = Words.object();
        ArrayNode list = body.putArray("profiles");
        for (CertificateProfile profile : call.authority().profiles()) {
            ObjectNode one =
                    list.addObject().put("name", profile.name()).put("version", profile.version());
            ArrayNode policies = one.putArray("policies");
            profile.policies().forEach(policies::add);
            profile.renewal()
                    .ifPresent(renewal ->
                            one.putObject("renewal")
                                    .put(
                                            "kind",
                                            renewal.kind()
                                                    .name()
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace('_', '-'))
                                    .put("opens", renewal.opens().toString())
                                    .put("closes", renewal.closes().toString())
                                    .put("maxTimes", renewal.maxTimes()));
        }
        return Words.json(200, body);
    }

    private static Answer crl(Call call) {
        return new Answer(
                200,
                "application/pkix-crl",
                Map.of("Cache-Control", "no-store"),
                call.authority().crl().get());
    }

    private Answer problem(Request request, RestProblem problem) {
        Language language = language(request.header("Accept-Language").orElse(""));
        Advice said = advice.advice(problem.problem(), language);
        ObjectNode body =
                Words.object()
                        .put("type", "urn:perennial:problem:" + said.code())
                        .put("title", said.cause())
                        .put("status", problem.status())
                        .put("detail", String.valueOf(problem.getMessage()))
                        .put("code", said.code())
                        .put("remedy", said.remedy());
        problem.failInfo().ifPresent(info -> body.put("failInfo", info.name()));
        return new Answer(
                problem.status(),
                "application/problem+json",
                problem.status() == 503
                        ? Map.of("Cache-Control", "no-store", "Retry-After", "30")
                        : Map.of("Cache-Control", "no-store", "Content-Language", language.tag()),
                Words.JSON.writeValueAsBytes(body));
    }

    private static Language language(String accepted) {
        try {
            return Locale.LanguageRange.parse(accepted.isBlank() ? "en" : accepted).stream()
                    .map(range -> Locale.forLanguageTag(range.getRange()))
                    .findFirst()
                    .map(Language::of)
                    .orElse(Language.EN);
        } catch (IllegalArgumentException e) {
            return Language.EN;
        }
    }

    private static byte[] description() {
        try (InputStream in =
                RestHandler.class.getResourceAsStream("/perennial/ca/rest/openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is not in this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
