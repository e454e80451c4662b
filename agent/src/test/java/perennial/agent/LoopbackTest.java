// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.Ticket;
import perennial.virtualcard.ManagementKey;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.ProductGeneration;
import perennial.virtualcard.VirtualCard;

/// The agent's window over real sockets.
class LoopbackTest {
    private @TempDir Path home;
    private Desk desk;
    private Agent agent;
    private RawHttp http;

    @BeforeEach
    void start() {
        desk = new Desk(home);
        agent = Agent.start(desk.settings(), desk.cards(), desk.ways(), Desk.RANDOM);
        http = new RawHttp(agent.port().orElseThrow());
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    private static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(json);
        assertTrue(matcher.find(), () -> name + " in " + json);
        return matcher.group(1);
    }

    private String plan() {
        String answer =
                http.ask(
                        "renewal",
                        "{\"origin\":\"%s\",\"reader\":\"%s\",\"ticket\":\"%s\"}"
                                .formatted(Desk.ORIGIN, Desk.READER, desk.ticket.text()));
        return member(answer, "run");
    }

    private String pin(String run, String pin, String... more) {
        Map<String, String> headers = new HashMap<>(http.own());
        headers.put("X-Perennial-Run", run);
        if (more.length == 2) {
            headers.put(more[0], more[1]);
        }
        return http.send("POST", "/window/api/pin", headers, sealed(pin)).body();
    }

    private byte[] sealed(String... pins) {
        try {
            return SealingPage.seal(member(http.ask("key", "{}"), "key"), pins);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// A card that does not keep its management key: whoever writes has to know it.
    @Test
    void a_card_that_takes_a_second_secret_is_renewed_with_it() {
        VirtualCard strict =
                VirtualCard.create(
                        new Personalisation(
                                new CardNumber("0088000000000007"),
                                "123456".toCharArray(),
                                "87654321".toCharArray(),
                                ProductGeneration.STANDARD,
                                new ManagementKey(ManagementKey.Algorithm.AES_256, false)),
                        new SecureRandom());
        Certificate old =
                Desk.authority()
                        .issue(
                                strict.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.P_256),
                                KeyUsage.digitalSignature,
                                Desk.CLOCK.instant().plus(Duration.ofDays(20)));
        strict.install(KeySlot.DIGITAL_SIGNATURE, old);
        desk.ra.register(old);
        desk.replaceCard(strict);
        String key = new String(strict.managementKey());
        String opened = http.open();
        assertFalse(opened.isEmpty());
        Ticket ticket =
                new Ticket(
                        List.of(
                                new Ticket.Entry(
                                        RenewalId.random(new SecureRandom()), old.serialNumber())));
        String plan =
                http.ask(
                        "renewal",
                        "{\"origin\":\"%s\",\"reader\":\"%s\",\"ticket\":\"%s\"}"
                                .formatted(Desk.ORIGIN, Desk.READER, ticket.text()));
        assertEquals("true", member(plan, "secondSecret"));
        String run = member(plan, "run");
        char other = key.charAt(0) == '0' ? '1' : '0';
        assertEquals(
                Problem.SECOND_SECRET_WRONG.code(),
                member(pinAnd(run, "123456", other + key.substring(1)), "code"));
        assertEquals(
                Problem.REQUEST_INVALID.code(),
                member(pinAnd(run, "123456", "not printable:\t"), "code"));
        assertEquals("{\"outcome\":\"VERIFIED\"}", pinAnd(run, "123456", key));
        String end = awaitEnd(run);
        assertEquals("CONFIRMED", member(end, "state"), end);
        assertEquals("3", member(http.ask("card", card(Desk.READER)), "triesLeft"));
    }

    private static String card(String reader) {
        return "{\"reader\":\"%s\"}".formatted(reader);
    }

    private String pinAnd(String run, String pin, String second) {
        Map<String, String> headers = new HashMap<>(http.own());
        headers.put("X-Perennial-Run", run);
        return http.send("POST", "/window/api/pin", headers, sealed(pin, second)).body();
    }

    private String awaitEnd(String run) {
        String progress = "\"version\":0";
        for (int i = 0; i < 100; i++) {
            progress =
                    http.ask(
                            "progress",
                            "{\"run\":\"%s\",\"after\":%s}"
                                    .formatted(run, member(progress, "version")));
            if (member(progress, "finished").equals("true")) {
                return progress;
            }
        }
        throw new AssertionError("never finished: " + progress);
    }

    @Test
    void a_renewal_from_the_first_question_to_the_last() {
        String opened = http.open();
        assertEquals(Agent.VERSION, member(opened, "version"));
        assertTrue(opened.contains("\"raOrigins\":[\"" + Desk.ORIGIN + "\"]"));
        String readers = http.ask("readers", "{}");
        assertEquals("0088000000000001", member(readers, "cardNumber"));
        String card = http.ask("card", "{\"reader\":\"%s\"}".formatted(Desk.READER));
        assertEquals("3", member(card, "triesLeft"));
        assertEquals("false", member(card, "unfinished"));
        assertTrue(card.contains(KeySlot.KEY_MANAGEMENT.name()));
        String run = plan();
        assertEquals("{\"outcome\":\"VERIFIED\"}", pin(run, "123456"));
        String end = awaitEnd(run);
        assertEquals("DONE", member(end, "step"));
        assertTrue(end.contains("\"problem\":null"));
        assertEquals("CONFIRMED", member(end, "state"));
        desk.assertRenewed();
        assertEquals("{\"unfinished\":[]}", http.ask("unfinished", "{}"));
    }

    @Test
    void a_site_has_signed_only_what_the_agents_own_list_lets_it() {
        assertFalse(http.open().isEmpty());
        String stranger = "https://site.example.test";
        assertEquals(
                "false", member(http.ask("site", "{\"origin\":\"" + stranger + "\"}"), "allowed"));
        assertEquals("N05", member(signedFor(stranger, "cms"), "code"));
        assertEquals("N05", member(signedFor("null", "cms"), "code"));
        assertFalse(http.ask("settings-allow", "{\"origin\":\"" + stranger + "\"}").isEmpty());
        assertEquals(
                "true", member(http.ask("site", "{\"origin\":\"" + stranger + "\"}"), "allowed"));
        assertTrue(signedFor(stranger, "value").contains("\"signature\""));
        assertEquals("N07", member(signedFor(stranger, "pss"), "code"));
    }

    private String signedFor(String origin, String form) {
        assertFalse(http.ask("file-begin", "{\"role\":\"content\"}").isEmpty());
        Map<String, String> headers = new HashMap<>(http.own());
        headers.put("Content-Type", "application/octet-stream");
        headers.put("X-Perennial-File", "content");
        http.send("POST", "/window/api/file-append", headers, new byte[] {1, 2, 3});
        headers.put("X-Perennial-Opener", origin);
        headers.put("X-Perennial-Form", form);
        headers.put("X-Perennial-Digest", "SHA-384");
        headers.put("X-Perennial-Reader", URLEncoder.encode(Desk.READER, StandardCharsets.UTF_8));
        headers.put("X-Perennial-Card", "0088000000000001");
        return http.send("POST", "/window/api/site-sign", headers, sealed("123456")).body();
    }

    @Test
    void without_a_ticket_the_window_finishes_what_was_begun() {
        desk.unreachableFrom(2);
        assertEquals(Optional.of(Problem.RA_UNREACHABLE), desk.renew().problem());
        String opened = http.open();
        assertFalse(opened.isEmpty());
        String unfinished = http.ask("unfinished", "{}");
        assertEquals("SEND", member(unfinished, "step"));
        String plan =
                http.ask(
                        "renewal",
                        "{\"origin\":null,\"reader\":\"%s\",\"ticket\":null}"
                                .formatted(Desk.READER));
        assertEquals("true", member(plan, "resumes"));
        String run = member(plan, "run");
        assertEquals("{\"outcome\":\"VERIFIED\"}", pin(run, "123456"));
        assertEquals("DONE", member(awaitEnd(run), "step"));
        desk.assertRenewed();
    }

    @Test
    void wrong_pins_are_counted_and_malformed_ones_are_not() {
        assertFalse(http.open().isEmpty());
        String run = plan();
        assertEquals("C07", member(pin(run, "12345"), "code"));
        assertEquals("C07", member(pin(run, "1234567\n"), "code"));
        assertEquals("{\"outcome\":\"WRONG\",\"triesLeft\":2}", pin(run, "654321"));
        assertEquals("{\"outcome\":\"WRONG\",\"triesLeft\":1}", pin(run, "654321"));
        assertEquals("C08", member(pin(run, "654321"), "code"));
        assertEquals(
                "{\"outcome\":\"BLOCKED\"}", pin(run, "654321", "X-Perennial-Last-Try", "yes"));
        assertEquals("{\"outcome\":\"BLOCKED\"}", pin(run, "123456"));
        assertEquals(List.of(), desk.ra.asked());
    }

    @Test
    void problems_are_told_in_the_windows_language() {
        assertFalse(http.open().isEmpty());
        String body =
                "{\"origin\":\"https://evil.example\",\"reader\":\"%s\",\"ticket\":\"%s\"}"
                        .formatted(Desk.READER, desk.ticket.text());
        String english = http.ask("renewal", body);
        assertEquals("N05", member(english, "code"));
        Map<String, String> headers = new HashMap<>(http.own());
        headers.put("X-Perennial-Language", "zh-TW");
        String chinese = http.send("POST", "/window/api/renewal", headers, body).body();
        assertTrue(chinese.contains("不在允許名單內"), chinese);
        assertEquals(
                "N04",
                member(
                        http.ask(
                                "renewal",
                                "{\"origin\":\"%s\",\"reader\":\"%s\",\"ticket\":\"x\"}"
                                        .formatted(Desk.ORIGIN, Desk.READER)),
                        "code"));
        assertEquals("C01", member(http.ask("card", "{\"reader\":\"none\"}"), "code"));
        assertEquals("N07", member(http.ask("card", "{\"reader\":1}"), "code"));
        assertEquals("N07", member(http.ask("card", "{"), "code"));
    }

    @Test
    void a_card_that_comes_or_goes_is_told() {
        assertFalse(http.open().isEmpty());
        assertTrue(http.ask("readers", "{}").contains("\"cardPresent\":true"));
        assertTrue(desk.readers.eject(Desk.READER).isPresent());
        assertEquals("{\"changed\":true}", http.ask("wait", "{}"));
        assertTrue(http.ask("readers", "{}").contains("\"cardPresent\":false"));
    }

    @Test
    void pages_are_served_by_get_and_keep_their_opener() {
        RawHttp.Answer page = http.send("GET", "/window?lang=en", Map.of(), "");
        assertEquals(200, page.status());
        assertTrue(page.header("Content-Type").startsWith("text/html"));
        assertTrue(page.header("Content-Security-Policy").contains("default-src 'none'"));
        assertTrue(page.header("Content-Security-Policy").contains("frame-ancestors 'none'"));
        assertEquals("nosniff", page.header("X-Content-Type-Options"));
        assertEquals("no-store", page.header("Cache-Control"));
        assertEquals("no-referrer", page.header("Referrer-Policy"));
        assertEquals("", page.header("Cross-Origin-Opener-Policy"));
        Matcher links = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"").matcher(page.body());
        int found = 0;
        while (links.find()) {
            assertEquals(
                    200, http.send("GET", links.group(1), Map.of(), "").status(), links::group);
            found++;
        }
        assertTrue(found >= 3);
        assertTrue(http.send("GET", "/", Map.of(), "").body().contains("version:1.4.0.0"));
        Matcher imports =
                Pattern.compile("from \"\\./([a-z-]+\\.js)\"")
                        .matcher(http.send("GET", "/window/window.js", Map.of(), "").body());
        while (imports.find()) {
            assertEquals(
                    200,
                    http.send("GET", "/window/" + imports.group(1), Map.of(), "").status(),
                    imports::group);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/window/../Agent.class",
                "/window/%2e%2e/module-info.class",
                "/window/",
                "/window/api/open",
                "/favicon.ico",
                "//window",
                "*"
            })
    void what_is_not_in_the_table_does_not_exist(String path) {
        refused(http.send("GET", path, http.own(), ""));
    }

    @Test
    void a_foreign_host_is_refused() {
        assertFalse(http.open().isEmpty());
        for (String host :
                List.of(
                        "rebound.example:" + http.port(),
                        "localhost",
                        "127.0.0.1:1",
                        "localhost.:" + http.port())) {
            refused(http.send("GET", "/window", Map.of("Host", host), ""));
            Map<String, String> headers = new HashMap<>(http.own());
            headers.put("Host", host);
            headers.put("Origin", "http://" + host);
            refused(http.send("POST", "/window/api/readers", headers, "{}"));
        }
    }

    @Test
    void both_loopback_addresses_serve_the_same_port() throws IOException {
        byte[] six = new byte[16];
        six[15] = 1;
        InetAddress address = InetAddress.getByAddress(six);
        assumeTrue(NetworkInterface.getByInetAddress(address) != null, "no ::1 here");
        RawHttp other = new RawHttp(address, http.port());
        assertEquals(200, other.send("GET", "/window", Map.of(), "").status());
    }

    @Test
    void every_name_and_address_of_ours_is_served() {
        for (String host : List.of("localhost", "127.0.0.1", "[::1]")) {
            String own = host + ":" + http.port();
            assertEquals(200, http.send("GET", "/window", Map.of("Host", own), "").status());
            assertEquals(
                    200,
                    http.send(
                                    "POST",
                                    "/window/api/open",
                                    Map.of("Host", own, "Origin", "http://" + own),
                                    "{}")
                            .status());
        }
    }

    @Test
    void a_foreign_origin_is_refused_before_anything_is_parsed() {
        assertFalse(http.open().isEmpty());
        for (String origin :
                List.of(Desk.ORIGIN.toString(), "null", "http://127.0.0.1:" + http.port(), "")) {
            Map<String, String> headers = new HashMap<>(http.own());
            headers.put("Origin", origin);
            refused(http.send("POST", "/window/api/readers", headers, "{}"));
            refused(http.send("POST", "/window/api/open", headers, "{}"));
        }
        Map<String, String> none = new HashMap<>(http.own());
        none.remove("Origin");
        refused(http.send("POST", "/window/api/open", none, "{}"));
        for (String site : List.of("cross-site", "same-site", "none")) {
            Map<String, String> headers = new HashMap<>(http.own());
            headers.put("Sec-Fetch-Site", site);
            refused(http.send("POST", "/window/api/readers", headers, "{}"));
        }
    }

    @Test
    void a_question_needs_a_window_a_post_and_a_known_name() {
        String opened = http.open();
        assertFalse(opened.isEmpty());
        Map<String, String> headers = new HashMap<>(http.own());
        headers.put("X-Perennial-Window", "A".repeat(43));
        refused(http.send("POST", "/window/api/readers", headers, "{}"));
        headers.remove("X-Perennial-Window");
        refused(http.send("POST", "/window/api/readers", headers, "{}"));
        for (String method : List.of("GET", "PUT", "OPTIONS", "DELETE")) {
            refused(http.send(method, "/window/api/readers", http.own(), ""));
        }
        refused(http.send("POST", "/window/api/nothing", http.own(), "{}"));
        refused(http.send("POST", "/window", http.own(), "{}"));
    }

    @Test
    void bodies_are_bounded() {
        assertFalse(http.open().isEmpty());
        String long64k = "{\"reader\":\"" + "x".repeat(64 * 1024) + "\"}";
        refused(http.send("POST", "/window/api/card", http.own(), long64k));
    }

    @Test
    void a_secret_that_was_not_sealed_to_this_windows_key_for_this_use_costs_no_try()
            throws GeneralSecurityException {
        assertFalse(http.open().isEmpty());
        String run = plan();
        byte[] wrong = sealed("654321");
        assertEquals("{\"outcome\":\"WRONG\",\"triesLeft\":2}", post(run, wrong));
        assertEquals("N07", member(post(run, wrong), "code"), "the key is used up");

        assertEquals("N07", member(post(run, clear("123456")), "code"), "in clear");
        assertEquals("N07", member(post(run, sealed("123456", "123456")), "code"), "two");
        assertEquals("N07", member(post(run, sealed()), "code"), "none");
        for (int octet : new int[] {0, 1, 40, 64, 65, 72, 73, 104}) {
            byte[] changed = sealed("123456");
            changed[octet] ^= 1;
            assertEquals("N07", member(post(run, changed), "code"), "octet " + octet);
        }
        byte[] cut = sealed("123456");
        assertEquals("N07", member(post(run, Arrays.copyOf(cut, cut.length - 1)), "code"));

        String key = member(http.ask("key", "{}"), "key");
        assertFalse(http.ask("key", "{}").isEmpty());
        assertEquals("N07", member(post(run, SealingPage.seal(key, "123456")), "code"), "replaced");
        String mine = member(http.ask("key", "{}"), "key");
        assertFalse(http.open().isEmpty());
        assertEquals(
                "N07",
                member(post(run, SealingPage.seal(mine, "123456")), "code"),
                "another window's");
        assertEquals(2, agent.commands().card(Desk.READER).triesLeft());
    }

    private String post(String run, byte[] body) {
        Map<String, String> headers = new HashMap<>(http.own());
        headers.put("X-Perennial-Run", run);
        return http.send("POST", "/window/api/pin", headers, body).body();
    }

    private byte[] clear(String pin) {
        assertFalse(http.ask("key", "{}").isEmpty());
        return pin.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void a_port_that_another_program_has_on_either_address_is_told() throws IOException {
        for (String address : List.of("127.0.0.1", "::1")) {
            try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(address))) {
                AgentSettings taken =
                        new AgentSettings(
                                other.getLocalPort(),
                                home,
                                desk.settings().registrationAuthorities());
                AgentException refused =
                        assertThrows(
                                AgentException.class,
                                () -> Agent.start(taken, desk.cards(), desk.ways(), Desk.RANDOM));
                assertEquals(Problem.PORT_TAKEN, refused.problem());
            }
        }
    }

    private static void refused(RawHttp.Answer answer) {
        assertEquals(403, answer.status());
        assertEquals("", answer.body());
    }
}
