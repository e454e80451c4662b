// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.advice.Language;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.Validity;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalPolicy;
import perennial.core.renewal.Ticket;
import perennial.protocol.cmp.UpdateRequest;
import perennial.protocol.http.BytesHandler;
import perennial.ra.MovableClock;
import perennial.ra.RaPortal;
import perennial.ra.RaServices;
import perennial.ra.RaSettings;
import perennial.ra.TestAuthority;
import perennial.ra.TestRegister;
import perennial.ra.renewal.IssuerSettings;
import perennial.ra.renewal.RenewalDesk;
import perennial.ra.renewal.RenewalRegister;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RaPortalTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final String HOLDER = "CN=王小明,SERIALNUMBER=0000000112345678,C=TW";
    private static final MovableClock CLOCK = new MovableClock(NOW);
    private static final TestAuthority AUTHORITY = new TestAuthority("CN=Test CA,C=TW", CLOCK);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static TestRegister postgres;
    private static RenewalDesk desk;
    private static RaPortal portal;

    @BeforeAll
    static void start() throws IOException {
        postgres = new TestRegister();
        desk =
                new RenewalDesk(
                        new RenewalRegister(postgres.database()),
                        AUTHORITY,
                        List.of(
                                new IssuerSettings(
                                        AUTHORITY.certificate(),
                                        "測試憑證管理中心",
                                        "Test CA",
                                        RenewalPolicy.standard(),
                                        Optional.empty(),
                                        "signature",
                                        "encryption")),
                        CLOCK,
                        new SecureRandom());
        BytesHandler echo =
                request ->
                        new BytesHandler.Answer(
                                200,
                                "application/octet-stream",
                                Map.of(
                                        "X-Path",
                                        "[" + request.path() + "]",
                                        "X-Query",
                                        "[" + request.query() + "]",
                                        "X-Asked",
                                        request.method() + request.header("x-asked").orElse(""),
                                        "X-Peers",
                                        String.valueOf(request.peer().size())),
                                request.body());
        BytesHandler broken =
                _ -> {
                    throw new IllegalStateException("a secret detail");
                };
        portal =
                RaPortal.start(
                        new RaSettings(
                                "127.0.0.1",
                                0,
                                URI.create("http://localhost:61161"),
                                Optional.empty()),
                        new RaServices(desk, echo, Map.of("/ocsp", echo, "/broken", broken)));
    }

    @AfterAll
    static void stop() throws IOException {
        portal.close();
        postgres.close();
    }

    @Test
    void a_card_is_checked_renewed_and_watched() throws Exception {
        Certificate signature = certificate(20, TestAuthority.SIGNATURE);
        Certificate encryption = certificate(200, TestAuthority.ENCRYPTION);
        String card = card(signature, encryption);
        JsonNode checked = json(post("/api/cards?lang=zh-TW", card), 200);
        assertTrue(checked.get("renewable").asBoolean());
        assertEquals("2026-06-01T00:00:00Z", checked.get("checkedAt").asString());
        JsonNode first = checked.get("certificates").get(0);
        assertEquals("9C", first.get("slot").asString());
        assertEquals("SIGNATURE", first.get("use").asString());
        assertEquals(signature.subjectText(), first.get("subject").asString());
        assertEquals("測試憑證管理中心", first.get("issuerName").asString());
        assertEquals(signature.serialNumber().hex(), first.get("serial").asString());
        assertEquals("2026-06-21T00:00:00Z", first.get("notAfter").asString());
        assertEquals("有效，可以進行展期", first.get("stateText").asString());
        assertTrue(first.get("reason").isNull());
        assertEquals(30, first.get("windowDays").asInt());
        JsonNode second = checked.get("certificates").get(1);
        assertEquals("TOO_EARLY", second.get("state").asString());
        assertEquals("R01", second.get("reason").get("code").asString());
        assertEquals("2026-11-18T00:00:00Z", second.get("renewableFrom").asString());

        HttpResponse<String> begun = post("/api/renewals", card);
        Ticket ticket = Ticket.parse(json(begun, 200).get("ticket").asString());
        assertEquals(1, ticket.entries().size());
        String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.matches("perennial_visit=[0-9a-f]{32}; Path=/; .*"), cookie);
        assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), cookie);

        String visit = cookie.substring(0, cookie.indexOf(';'));
        assertEquals("START", current(visit).get("step").asString());
        RenewalId id = ticket.idFor(signature.serialNumber()).orElseThrow();
        Certificate fresh = update(id, signature);
        assertEquals("WRITE", current(visit).get("step").asString());
        desk.confirm(id);
        JsonNode done = current(visit);
        assertEquals("CONFIRMED", done.get("state").asString());
        assertEquals("DONE", done.get("step").asString());
        assertEquals(fresh.serialNumber().hex(), done.get("newSerial").asString());
        assertEquals("2026-06-01T00:00:00Z", done.get("finishedAt").asString());
        assertEquals(1, done.get("timesRenewed").asInt());
    }

    @Test
    void a_certificate_that_nobody_confirmed_is_shown_as_unfinished_and_has_a_ticket()
            throws Exception {
        Certificate old = certificate(20, TestAuthority.SIGNATURE);
        RenewalId id =
                Ticket.parse(json(post("/api/renewals", card(old)), 200).get("ticket").asString())
                        .idFor(old.serialNumber())
                        .orElseThrow();
        Certificate fresh = update(id, old);

        JsonNode checked = json(post("/api/cards?lang=en", card(fresh)), 200);
        assertTrue(checked.get("unfinished").asBoolean());
        assertFalse(checked.get("renewable").asBoolean());
        JsonNode shown = checked.get("certificates").get(0);
        assertTrue(shown.get("unfinished").asBoolean());
        assertEquals("ISSUED", shown.get("state").asString());
        assertTrue(shown.get("reason").isNull());
        assertTrue(shown.get("renewableFrom").isNull());
        JsonNode begun = json(post("/api/renewals", card(fresh)), 200);
        assertEquals(
                List.of(new Ticket.Entry(id, fresh.serialNumber())),
                Ticket.parse(begun.get("ticket").asString()).entries());
    }

    @Test
    void without_a_visit_there_is_nothing_to_watch() throws Exception {
        for (String cookie :
                List.of("x=y", "perennial_visit=zz", "perennial_visit=" + "0".repeat(32))) {
            JsonNode none = json(send(get("/api/renewals/current").header("Cookie", cookie)), 200);
            assertFalse(none.get("visit").asBoolean());
        }
    }

    @Test
    void nothing_to_renew_is_told_with_the_reason() throws Exception {
        JsonNode no = json(post("/api/renewals", card(certificate(200, 0))), 409);
        assertEquals("R01", no.get("problem").get("code").asString());
        assertFalse(no.get("problem").get("remedy").asString().isBlank());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"cardNumber\":\"1\"}",
                "{\"cardNumber\":\"1\",\"certificates\":[]}",
                "{\"cardNumber\":\"1\",\"certificates\":[null]}",
                "{\"cardNumber\":\"1\",\"certificates\":[{\"slot\":\"9C\",\"der\":\"???\"}]}",
                "{\"cardNumber\":\"1\",\"certificates\":[{\"slot\":\"9C\",\"der\":\"MAA=\"}]}"
            })
    void what_is_no_card_is_refused(String body) throws Exception {
        JsonNode no = json(post("/api/cards?lang=en", body), 400);
        assertEquals("N07", no.get("problem").get("code").asString());
        assertEquals(
                "The request that arrived is malformed.",
                no.get("problem").get("cause").asString());
    }

    @Test
    void nine_certificates_or_a_bad_card_number_are_too_much() throws Exception {
        Certificate one = certificate(20, TestAuthority.SIGNATURE);
        Certificate[] nine = new Certificate[9];
        Arrays.fill(nine, one);
        json(post("/api/cards", card(nine)), 400);
        json(post("/api/cards", card(one).replace("0088000000000001", "a card")), 400);
        assertEquals(413, post("/api/cards", "x".repeat(300 * 1024)).statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "Origin,http://evil.example,403",
        "Origin,null,403",
        "Sec-Fetch-Site,cross-site,403",
        "Sec-Fetch-Site,same-site,403",
        "X-Nothing,x,403",
        "Sec-Fetch-Site,same-origin,200"
    })
    void only_the_portals_own_pages_may_post(String header, String value, int status)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(portal.address().resolve("/api/cards"))
                        .header("Content-Type", "application/json")
                        .header(header, value)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        card(certificate(20, TestAuthority.SIGNATURE))));
        json(send(request), status);
    }

    @Test
    void only_json_is_posted_and_nothing_is_put() throws Exception {
        HttpRequest.Builder form =
                HttpRequest.newBuilder(portal.address().resolve("/api/cards"))
                        .header("Content-Type", "text/plain")
                        .header("Origin", portal.address().toString())
                        .POST(HttpRequest.BodyPublishers.ofString("{}"));
        json(send(form), 415);
        HttpRequest.Builder put =
                HttpRequest.newBuilder(portal.address().resolve("/api/cards"))
                        .PUT(HttpRequest.BodyPublishers.ofString("{}"));
        json(send(put), 405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "evil.example", "127.0.0.1"})
    void another_host_name_gets_no_page(String host) throws IOException {
        String answer =
                raw("GET /renewal HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 421"), answer.lines().findFirst().orElse(""));
    }

    @Test
    void mounted_services_answer_clients_that_name_no_host() throws IOException {
        String answer = raw("GET /ocsp/a%2Fb//c+d%3D HTTP/1.0\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        assertTrue(answer.contains("X-Path: [/a%2Fb//c+d%3D]"), answer);
    }

    @Test
    void mounted_services_take_64_kib_and_two_methods() throws Exception {
        byte[] most = new byte[64 * 1024];
        for (String path : List.of("/.well-known/cmp", "/ocsp")) {
            URI uri = portal.address().resolve(path);
            HttpResponse<byte[]> echoed =
                    HTTP.send(
                            HttpRequest.newBuilder(uri)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(most))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(200, echoed.statusCode());
            assertEquals(most.length, echoed.body().length);
            assertEquals("[]", echoed.headers().firstValue("X-Path").orElseThrow());
            assertEquals(
                    413,
                    send(HttpRequest.newBuilder(uri)
                                    .POST(
                                            HttpRequest.BodyPublishers.ofByteArray(
                                                    new byte[most.length + 1])))
                            .statusCode());
            assertEquals(405, send(HttpRequest.newBuilder(uri).DELETE()).statusCode());
        }
    }

    @Test
    void a_mount_sees_query_and_fields_and_a_head_is_a_get_without_a_body() throws Exception {
        URI uri = portal.address().resolve("/ocsp/a%2Fb?c=%20d");
        HttpResponse<String> head =
                send(
                        HttpRequest.newBuilder(uri)
                                .header("X-Asked", " one")
                                .header("x-asked", "two")
                                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertEquals("[/a%2Fb]", head.headers().firstValue("X-Path").orElseThrow());
        assertEquals("[c=%20d]", head.headers().firstValue("X-Query").orElseThrow());
        assertEquals("GETone, two", head.headers().firstValue("X-Asked").orElseThrow());
        assertEquals("0", head.headers().firstValue("X-Peers").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "/?lang=zh-TW,zh-TW,憑證IC卡服務",
        "/renewal?lang=zh-TW,zh-TW,憑證線上展期",
        "/renewal?lang=en,en,Renew certificates online",
        "/help/component?lang=en,en,Install and start the component"
    })
    void pages_speak_two_languages(String path, String lang, String title) throws Exception {
        HttpResponse<String> page = send(get(path));
        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("<html lang=\"" + lang + "\""), page.body());
        assertTrue(page.body().contains(title), page.body());
        assertTrue(
                page.headers()
                        .firstValue("Set-Cookie")
                        .orElseThrow()
                        .startsWith("perennial_lang=" + lang));
        assertEquals(
                "text/html;charset=utf-8", page.headers().firstValue("Content-Type").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "Accept-Language|en-GB,en;q=0.9|en",
                "Accept-Language|fr,de|zh-TW",
                "Accept-Language|zh-HK,en|zh-TW",
                "Cookie|perennial_lang=en|en",
                "Cookie|perennial_lang=fr|zh-TW"
            },
            delimiter = '|')
    void the_language_is_remembered_or_the_browsers(String header, String value, String lang)
            throws Exception {
        HttpResponse<String> page = send(get("/").header(header, value));
        assertEquals(lang, page.headers().firstValue("Content-Language").orElseThrow());
        assertTrue(page.body().contains("<html lang=\"" + lang + "\""));
    }

    @Test
    void every_answer_carries_the_guards_headers() throws Exception {
        for (String path :
                List.of("/renewal", "/nowhere", "/static/renewal.js", "/api/renewals/current")) {
            var headers = send(get(path)).headers();
            assertTrue(
                    headers.firstValue("Content-Security-Policy")
                            .orElseThrow()
                            .startsWith("default-src 'none'; script-src 'self';"),
                    path);
            assertEquals(
                    "same-origin-allow-popups",
                    headers.firstValue("Cross-Origin-Opener-Policy").orElseThrow());
            assertEquals("nosniff", headers.firstValue("X-Content-Type-Options").orElseThrow());
            assertTrue(headers.firstValue("Referrer-Policy").isPresent());
            assertTrue(headers.firstValue("Permissions-Policy").isPresent());
            assertTrue(headers.firstValue("Server").isEmpty());
        }
    }

    @Test
    void static_files_are_served_by_their_type() throws Exception {
        assertTrue(type("/static/renewal.js").startsWith("text/javascript"));
        assertTrue(type("/static/perennial.css").startsWith("text/css"));
        assertTrue(type("/static/mark.svg").startsWith("image/svg+xml"));
        assertEquals(404, send(get("/static/../messages.properties")).statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "/nowhere?lang=en,404,N08,There is no such page.",
        "/nowhere?lang=zh-TW,404,N08,找不到這個網頁。"
    })
    void a_missing_page_says_so_in_the_readers_language(
            String path, int status, String code, String cause) throws Exception {
        HttpResponse<String> page = send(get(path));
        assertEquals(status, page.statusCode());
        assertTrue(page.body().contains(code) && page.body().contains(cause), page.body());
    }

    @Test
    void a_failure_of_ours_is_a_page_without_details() throws Exception {
        HttpResponse<String> page =
                send(get("/broken").header("Accept-Language", "en").header("Accept", "text/html"));
        assertEquals(500, page.statusCode());
        assertTrue(page.body().contains("S99"), page.body());
        assertFalse(page.body().contains("secret"), page.body());
        assertFalse(page.body().contains("IllegalState"), page.body());
        assertEquals(
                "N08", json(send(get("/api/nothing")), 404).get("problem").get("code").asString());
    }

    @Test
    void every_state_has_words_in_both_languages() {
        StateBook book = new StateBook();
        for (State state : State.values()) {
            for (var language : Language.values()) {
                assertFalse(book.text(state, language).isBlank());
            }
        }
    }

    private static Certificate update(RenewalId id, Certificate old) {
        IssueOutcome outcome =
                desk.update(
                        new UpdateRequest(
                                id,
                                old.id(),
                                old.subject(),
                                old.publicKey(),
                                ProofOfPossession.SIGNATURE,
                                old));
        return ((IssueOutcome.Accepted) outcome).certificate();
    }

    private static Certificate certificate(int daysLeft, int usage) {
        KeyPair keys = TestAuthority.newKeys();
        Instant end = NOW.plus(Duration.ofDays(daysLeft));
        return AUTHORITY.first(
                HOLDER,
                keys.getPublic(),
                new Validity(NOW.minus(Duration.ofDays(100)), end),
                usage);
    }

    private static String card(Certificate... certificates) {
        StringBuilder items = new StringBuilder();
        for (Certificate certificate : certificates) {
            items.append(items.isEmpty() ? "" : ",")
                    .append("{\"slot\":\"9C\",\"der\":\"")
                    .append(Base64.getEncoder().encodeToString(certificate.der()))
                    .append("\"}");
        }
        return "{\"cardNumber\":\"0088000000000001\",\"certificates\":[%s]}".formatted(items);
    }

    private static JsonNode current(String cookie) throws Exception {
        return json(send(get("/api/renewals/current").header("Cookie", cookie)), 200)
                .get("certificates")
                .get(0);
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return send(
                HttpRequest.newBuilder(portal.address().resolve(path))
                        .header("Content-Type", "application/json")
                        .header("Origin", portal.address().toString())
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create(portal.address() + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response, int status) {
        assertEquals(status, response.statusCode(), response.body());
        assertTrue(
                response.headers()
                        .firstValue("Content-Type")
                        .orElseThrow()
                        .startsWith("application/json"),
                response.body());
        return JSON.readTree(response.body());
    }

    private static String type(String path) throws Exception {
        HttpResponse<String> response = send(get(path));
        assertEquals(200, response.statusCode(), path);
        return response.headers().firstValue("Content-Type").orElseThrow();
    }

    /// As a client writes it to the socket, for what the JDK's client would not send.
    private static String raw(String request) {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), portal.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
