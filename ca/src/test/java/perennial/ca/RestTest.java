// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.key;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.ca.rest.RouteList;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.protocol.http.BytesHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The REST door, each answer checked against the description that it serves.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestTest {
    private static final Instant ISSUE = Instant.parse("2026-03-01T04:05:06Z");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String AUTHORITY = "/v1/authorities/issuing";
    private static final String CERTIFICATES = AUTHORITY + "/certificates";
    private static final String KEY = "a-key-of-one-request";

    private final TickingClock clock = new TickingClock(ISSUE);
    private final DataSource database = TestDatabase.fresh();
    private LocalCa ca;
    private Certificate ra;
    private Certificate operator;
    private Certificate auditor;
    private Certificate stranger;
    private BytesHandler rest;
    private JsonNode description;

    @BeforeEach
    void atTheBeginning() {
        clock.set(ISSUE);
    }

    @BeforeAll
    void open(@TempDir Path folder) {
        ca = Authorities.open(folder, database, clock);
        ra = service("ra", 101);
        operator = service("operator", 102);
        auditor = service("auditor", 103);
        stranger = service("stranger", 104);
        rest =
                LocalCa.restHandler(
                        List.of(ca),
                        new RestAccess(
                                Map.of(
                                        ra.fingerprint(),
                                        Set.of(Role.REGISTRATION_AUTHORITY),
                                        operator.fingerprint(),
                                        Set.of(Role.OPERATOR),
                                        auditor.fingerprint(),
                                        Set.of(Role.AUDITOR))),
                        clock);
        description =
                JSON.readTree(
                        rest.handle(
                                        new BytesHandler.Request(
                                                "GET", "/v1/openapi.json", new byte[0]))
                                .body());
    }

    @Test
    void one_certificate_is_issued_found_listed_suspended_resumed_and_revoked() {
        JsonNode issued =
                json(201, issue("the-key-of-the-first", request("CN=Holder,C=TW", key(1)), ""));
        String path = CERTIFICATES + "/" + issued.get("serialNumber").stringValue();
        assertEquals("software", issued.get("profile").stringValue());
        assertEquals("C=TW,CN=Holder", issued.get("subject").stringValue());
        Certificate certificate =
                Certificate.ofDer(
                        Base64.getDecoder().decode(issued.get("certificate").stringValue()));
        assertEquals(key(1).getPublic(), certificate.publicKey());
        assertEquals(issued, json(200, get(auditor, path)));
        assertEquals("good", json(200, get(auditor, path + "/status")).get("status").stringValue());

        assertEquals("suspended", put(path, "{\"status\":\"suspended\"}"));
        assertEquals("suspended", put(path, "{\"status\":\"suspended\"}"));
        assertEquals("good", put(path, "{\"status\":\"good\"}"));
        assertEquals(
                "revoked",
                put(
                        path,
                        "{\"status\":\"revoked\",\"reason\":\"keyCompromise\",\"invalidityDate\":\"2026-03-01T00:00:00Z\"}"));
        BytesHandler.Answer tooLate =
                send("PUT", operator, path + "/status", "", "{\"status\":\"good\"}");
        assertEquals("certRevoked", json(409, tooLate).get("failInfo").stringValue());
        JsonNode status = json(200, get(auditor, path)).get("status");
        assertEquals("keyCompromise", status.get("reason").stringValue());
    }

    @Test
    void r5_the_same_key_is_the_same_certificate_and_never_another_request() {
        String request = request("CN=Holder,C=TW", key(1));
        BytesHandler.Answer first = issue(KEY, request, "");
        clock.advance(Duration.ofDays(1));
        BytesHandler.Answer again = issue("\"" + KEY + "\"", request, "");
        assertArrayEquals(first.body(), again.body());
        assertEquals(first.headers().get("Location"), again.headers().get("Location"));

        JsonNode other = json(409, issue(KEY, request("CN=Other,C=TW", key(2)), ""));
        assertEquals("transactionIdInUse", other.get("failInfo").stringValue());
        json(400, issue("short", request, ""));
    }

    @Test
    void a_registration_authority_renews_by_serial_number() {
        Certificate old = certificate(5);
        JsonNode next =
                json(
                        201,
                        issue(
                                "the-key-of-a-renewal",
                                request(old.subject().getName(), key(5)),
                                ",\"replaces\":\"%s\"".formatted(old.serialNumber().hex())));
        assertEquals(old.serialNumber().hex(), next.get("replaces").stringValue());
        JsonNode twice =
                json(
                        409,
                        issue(
                                "another-key-entirely",
                                request(old.subject().getName(), key(5)),
                                ",\"replaces\":\"%s\"".formatted(old.serialNumber().hex())));
        assertEquals("duplicateCertReq", twice.get("failInfo").stringValue());
    }

    @Test
    void lists_go_on_after_a_key_and_give_every_certificate_once() {
        Set<String> expected = new TreeSet<>();
        clock.set(Instant.parse("2026-05-01T00:00:00Z"));
        for (int i = 10; i < 17; i++) {
            clock.advance(Duration.ofSeconds(i % 3));
            expected.add(certificate(i).serialNumber().hex());
        }
        String window = "notAfterFrom=2031-04-30T00:00:00Z&notAfterBefore=2031-05-02T00:00:00Z";
        assertEquals(expected, new TreeSet<>(pages(window + "&limit=3")));
        assertEquals(expected.size(), pages(window + "&limit=1").size());
        assertEquals(List.of(), pages("notAfterFrom=2040-01-01T00:00:00Z"));

        List<String> revoked = List.copyOf(expected).subList(0, 5);
        for (String serialNumber : revoked) {
            put(CERTIFICATES + "/" + serialNumber, "{\"status\":\"suspended\"}");
        }
        List<String> listed = pages("status=revoked&limit=2");
        assertEquals(listed.size(), Set.copyOf(listed).size());
        listed.retainAll(expected);
        assertEquals(Set.copyOf(revoked), Set.copyOf(listed));
    }

    private List<String> pages(String query) {
        List<String> found = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode page = json(200, send("GET", auditor, CERTIFICATES, query + after, ""));
            page.get("certificates")
                    .forEach(one -> found.add(one.get("serialNumber").stringValue()));
            if (page.get("next") == null) {
                return found;
            }
            after = "&after=" + page.get("next").stringValue();
        }
    }

    @Test
    void an_operator_declares_an_incident_and_renewal_information_moves() {
        Certificate covered = certificate(5);
        String path = AUTHORITY + "/incidents/11111111-2222-4333-8444-555555555555";
        String body =
                "{\"replaceBy\":\"2026-03-06T00:00:00Z\",\"explanation\":\"https://ca.example.test/1\",\"serialNumbers\":[\"%s\"]}"
                        .formatted(covered.serialNumber().hex());
        JsonNode declared = json(201, send("PUT", operator, path, "", body));
        assertEquals(declared, json(200, send("PUT", operator, path, "", body)));
        assertEquals(
                declared,
                json(200, get(auditor, AUTHORITY + "/incidents")).get("incidents").get(0));
        assertEquals(204, send("DELETE", operator, path, "", "").status());
        assertEquals(404, send("DELETE", operator, path, "", "").status());
        for (String wrong :
                List.of(
                        body.replace("2026-03-06", "2026-02-06"),
                        body.replace("https", "javascript"),
                        body.replaceAll(",\"serialNumbers.*]", ""))) {
            json(400, send("PUT", operator, path, "", wrong));
        }
    }

    @Test
    void c10_what_an_incident_covers_is_revoked_page_by_page_when_its_time_is_over() {
        clock.set(Instant.parse("2026-06-01T00:00:00Z"));
        List<Certificate> covered = new ArrayList<>();
        for (int i = 20; i < 25; i++) {
            covered.add(certificate(i));
        }
        ca.revoke(covered.getFirst().id(), RevocationReason.CERTIFICATE_HOLD);
        clock.advance(Duration.ofHours(1));
        Certificate later = certificate(25);
        String path = AUTHORITY + "/incidents/22222222-2222-4333-8444-555555555555";
        json(
                201,
                send(
                        "PUT",
                        operator,
                        path,
                        "",
                        "{\"replaceBy\":\"2026-06-06T00:00:00Z\",\"explanation\":\"https://ca.example.test/2\",\"profile\":\"software\",\"issuedFrom\":\"2026-06-01T00:00:00Z\",\"issuedUntil\":\"2026-06-01T00:30:00Z\"}"));
        String step = "{\"reason\":\"superseded\",\"limit\":2%s}";
        JsonNode early =
                json(409, send("POST", operator, path + "/revocations", "", step.formatted("")));
        assertEquals("R01", early.get("code").stringValue());

        clock.set(Instant.parse("2026-06-06T00:00:00Z"));
        List<Integer> revoked = new ArrayList<>();
        String after = "";
        while (revoked.size() < 9) {
            JsonNode page =
                    json(
                            200,
                            send(
                                    "POST",
                                    operator,
                                    path + "/revocations",
                                    "",
                                    step.formatted(after)));
            revoked.add(page.get("revoked").asInt());
            if (page.get("next") == null) {
                break;
            }
            after = ",\"after\":\"%s\"".formatted(page.get("next").stringValue());
        }
        assertEquals(List.of(2, 2, 1), revoked);
        for (Certificate one : covered) {
            assertInstanceOf(CertStatus.Revoked.class, ca.status(one.id()));
        }
        assertInstanceOf(CertStatus.Good.class, ca.status(later.id()));
        JsonNode again =
                json(200, send("POST", operator, path + "/revocations", "", step.formatted("")));
        assertEquals(0, again.get("revoked").asInt());
    }

    @ParameterizedTest
    @CsvSource({
        "GET,certificates,YYY-",
        "POST,certificates,Y---",
        "GET,profiles,YYY-",
        "GET,crl,YYY-",
        "GET,incidents,YYY-",
        "PUT,certificates/AA/status,YY--",
        "PUT,incidents/11111111-2222-4333-8444-555555555555,-Y--",
        "DELETE,incidents/11111111-2222-4333-8444-555555555555,-Y--",
        "POST,incidents/11111111-2222-4333-8444-555555555555/revocations,-Y--",
        "GET,certificates/AA,YYY-"
    })
    void each_role_may_do_what_it_is_for(String method, String what, String allowed) {
        List<Certificate> clients = List.of(ra, operator, auditor, stranger);
        for (int i = 0; i < clients.size(); i++) {
            BytesHandler.Answer answer =
                    send(method, clients.get(i), AUTHORITY + "/" + what, "", "");
            assertEquals(allowed.charAt(i) == 'Y', answer.status() != 403, "client " + i);
        }
    }

    @Test
    void c18_who_is_not_known_or_not_good_any_more_is_told_so_in_its_language() {
        assertEquals(
                403,
                rest.handle(new BytesHandler.Request("GET", CERTIFICATES, new byte[0])).status());
        ca.revoke(ra.id(), RevocationReason.CERTIFICATE_HOLD);
        clock.advance(Duration.ofSeconds(1));
        BytesHandler.Answer suspended =
                rest.handle(
                        new BytesHandler.Request(
                                "GET",
                                CERTIFICATES,
                                "",
                                Map.of("Accept-Language", "zh-TW,en;q=0.5"),
                                List.of(ra),
                                new byte[0]));
        ca.revoke(ra.id(), RevocationReason.REMOVE_FROM_CRL);
        JsonNode problem = json(403, suspended);
        assertEquals("S20", problem.get("code").stringValue());
        assertEquals("出示的憑證無權執行這項作業。", problem.get("title").stringValue());
        clock.set(auditor.validity().notAfter().plusSeconds(1));
        json(403, get(auditor, CERTIFICATES));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/v1/authorities/other/profiles||404|N08",
                "GET|/v1/nothing||404|N08",
                "GET|/v2/authorities||404|N08",
                "GET|/v1/authorities/issuing/certificates/AA||404|R08",
                "GET|/v1/authorities/issuing/certificates/xyz||400|N07",
                "GET|/v1/authorities/issuing/certificates/7F0000000000000000000000000000000000000001||400|N07",
                "PUT|/v1/authorities/issuing/certificates/AA/status|{\"status\":\"suspended\"}|404|R08",
                "PUT|/v1/authorities/issuing/certificates/AA/status|{\"status\":\"revoked\"}|400|N07",
                "PUT|/v1/authorities/issuing/certificates/AA/status|{\"status\":\"gone\"}|400|N07",
                "PUT|/v1/authorities/issuing/certificates/AA/status|{\"status\":1}|400|N07",
                "PUT|/v1/authorities/issuing/certificates/AA/status|[]|400|N07",
                "PUT|/v1/authorities/issuing/certificates/AA/status|{\"status\":\"good\"}"
                        + " x|400|N07",
                "PUT|/v1/authorities/issuing/certificates/AA/status|{\"status\":\"good\",\"reson\":\"\"}|400|N07",
                "POST|/v1/authorities/issuing/certificates|{\"profile\":\"software\",\"request\":\"AAAA\"}|400|N07"
            })
    void a_problem_has_a_status_and_a_code(
            String method, String path, String body, int status, String code) {
        Certificate client = method.equals("POST") ? ra : method.equals("GET") ? auditor : operator;
        JsonNode problem =
                json(status, send(method, client, path, "", Optional.ofNullable(body).orElse("")));
        assertEquals(code, problem.get("code").stringValue(), problem.toString());
    }

    @Test
    void a_query_is_read_strictly() {
        for (String query :
                List.of(
                        "limit=0",
                        "limit=1001",
                        "limit=x",
                        "after=x",
                        "status=all",
                        "x=y",
                        "limit=1&limit=2",
                        "notAfterFrom=now",
                        "limit=%zz")) {
            json(400, send("GET", auditor, CERTIFICATES, query, ""));
        }
    }

    @Test
    void the_description_and_the_routes_are_the_same_list() {
        Set<String> described = new TreeSet<>();
        description
                .get("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .propertyNames()
                                .forEach(name -> {
                                    if (!name.equals("parameters")) {
                                        described.add(
                                                name.toUpperCase(java.util.Locale.ROOT)
                                                        + " "
                                                        + path.getKey());
                                    }
                                }));
        Set<String> routed = new TreeSet<>(RouteList.all());
        routed.add("GET /v1/openapi.json");
        routed.add("GET /v1/authorities");
        assertEquals(described, routed);

        json(200, get(auditor, "/v1/authorities"));
        json(200, get(auditor, AUTHORITY + "/profiles"));
        BytesHandler.Answer crl = get(auditor, AUTHORITY + "/crl");
        assertArrayEquals(ca.crl(), crl.body());
        BytesHandler.Answer notAllowed = send("DELETE", auditor, CERTIFICATES, "", "");
        assertEquals(405, notAllowed.status());
        assertEquals("GET, POST", notAllowed.headers().get("Allow"));
    }

    private String put(String path, String body) {
        return json(200, send("PUT", operator, path + "/status", "", body))
                .get("status")
                .stringValue();
    }

    private BytesHandler.Answer issue(String idempotencyKey, String request, String more) {
        return rest.handle(
                new BytesHandler.Request(
                        "POST",
                        CERTIFICATES,
                        "",
                        Map.of(
                                "Content-Type",
                                "application/json",
                                "Idempotency-Key",
                                idempotencyKey),
                        List.of(ra),
                        "{\"profile\":\"software\",\"request\":\"%s\"%s}"
                                .formatted(request, more)
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private BytesHandler.Answer get(Certificate client, String path) {
        return send("GET", client, path, "", "");
    }

    private BytesHandler.Answer send(
            String method, Certificate client, String path, String query, String body) {
        return rest.handle(
                new BytesHandler.Request(
                        method,
                        path,
                        query,
                        Map.of(
                                "Content-Type",
                                "application/json",
                                "Idempotency-Key",
                                "0123456789abcdef"),
                        List.of(client),
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    /// The body, which must be what the description says for this status.
    private JsonNode json(int status, BytesHandler.Answer answer) {
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertEquals(status, answer.status(), text);
        JsonNode node = JSON.readTree(text);
        boolean problem = answer.status() >= 400;
        assertEquals(
                problem ? "application/problem+json" : "application/json", answer.contentType());
        String schema = problem ? "Problem" : schemaOf(node);
        assertEquals(Set.of(), schema(schema).validate(parsed(text)), schema);
        return node;
    }

    private static String schemaOf(JsonNode node) {
        for (String list : List.of("Authorities", "Profiles", "Certificates", "Incidents")) {
            if (node.get(list.toLowerCase(java.util.Locale.ROOT)) != null) {
                return list;
            }
        }
        if (node.get("revoked") != null) {
            return "Revocations";
        }
        return node.get("serialNumber") != null
                ? "Certificate"
                : node.get("declaredAt") != null ? "Incident" : "Status";
    }

    private JsonSchema schema(String name) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        parsed(
                                "{\"$ref\":\"#/components/schemas/%s\",\"components\":%s}"
                                        .formatted(name, description.get("components"))));
    }

    private static com.fasterxml.jackson.databind.JsonNode parsed(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Certificate service(String name, long seed) {
        return issued(name, seed, StandardProfiles.REGISTRATION_AUTHORITY);
    }

    private Certificate certificate(long seed) {
        return issued("holder-" + seed, seed, StandardProfiles.SOFTWARE);
    }

    private Certificate issued(String name, long seed, String profile) {
        return accepted(
                ca.issue(
                        new CertificationRequest(
                                UUID.randomUUID(),
                                profile,
                                new X500Principal("CN=%s,O=selftest,C=TW".formatted(name)),
                                key(seed).getPublic(),
                                ProofOfPossession.SIGNATURE,
                                Optional.empty(),
                                Optional.empty())));
    }

    private static String request(String subject, KeyPair key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            new JcaPKCS10CertificationRequestBuilder(
                                            new X500Principal(subject), key.getPublic())
                                    .build(
                                            new JcaContentSignerBuilder("SHA256withECDSA")
                                                    .build(key.getPrivate()))
                                    .getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
