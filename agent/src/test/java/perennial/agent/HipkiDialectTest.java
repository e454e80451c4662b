// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Cipher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import perennial.agent.consent.Origin;
import perennial.agent.hipki.HipkiService;
import perennial.agent.http.Response;
import perennial.card.KeySlot;
import perennial.card.piv.PivReaders;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.Faults;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// The dialect as pages of fifteen kinds use it: the checklist of its description, one test each,
/// with a real applet behind and openssl beside. What takes a browser (1 and 13) is proven in one,
/// in `e2e`.
class HipkiDialectTest {
    private static final String PIN = "123456";
    private static final Set<String> HELD = new TreeSet<>();

    private @TempDir Path folder;
    private Desk desk;
    private HipkiDesk door;

    @BeforeEach
    void a_card_lies_in_the_reader() {
        desk = new Desk(folder.resolve("home"));
        door = new HipkiDesk(desk);
    }

    @AfterEach
    void counted(TestInfo test) {
        HELD.add(test.getDisplayName());
    }

    @AfterAll
    static void told() {
        System.out.printf("hipki: %d tests of the dialect's checklist%n", HELD.size());
    }

    private static Map<String, String> sign(String type, String tbs, String encoding, String hash) {
        Map<String, String> fields = new HashMap<>();
        fields.put("func", "MakeSignature");
        fields.put("signatureType", type);
        fields.put("tbs", tbs);
        fields.put("tbsEncoding", encoding);
        fields.put("hashAlgorithm", hash);
        fields.put("pin", PIN);
        fields.put("nonce", "");
        fields.put("withCardSN", "true");
        fields.put("printerName", "__NotExistedTag__");
        return fields;
    }

    private JsonNode signed(Map<String, String> fields) {
        JsonNode reply = door.call("/sign", HipkiDesk.tbs(fields));
        assertEquals(0, reply.get("ret_code").asInt(), reply::toString);
        return reply;
    }

    private static byte[] octets(JsonNode reply, String field) {
        return Base64.getDecoder().decode(reply.get(field).asText());
    }

    private String openssl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + said);
            return said;
        } catch (IOException e) {
            throw new AssertionError("this test needs openssl", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void write(String name, byte[] octets) {
        try {
            Files.write(folder.resolve(name), octets);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // --- 1, 12, and who is answered at all

    @Test
    void c01_every_popup_is_a_small_static_page_without_inline_script() {
        for (String path : List.of("/popupForm", "/ChtPopupForm", "/CardManagement/CMCPopForm")) {
            Response page =
                    door.get(
                                    path,
                                    "Sec-Fetch-Site",
                                    "cross-site",
                                    "Sec-Fetch-Mode",
                                    "navigate",
                                    "Sec-Fetch-Dest",
                                    "document")
                            .orElseThrow();
            String html = new String(page.body(), StandardCharsets.UTF_8);
            assertTrue(html.contains("<script src=\"/hipki/popup.js\"></script>"));
            assertFalse(html.contains("onclick"));
            assertTrue(page.body().length < 8 * 1024);
        }
        assertTrue(door.get("/hipki/popup.js").orElseThrow().body().length < 4 * 1024);
        assertEquals(
                Optional.empty(),
                door.get("/popupForm", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "iframe"));
    }

    @Test
    void c02_each_message_is_answered_under_its_own_name_and_the_unknown_is_not_supported() {
        String site = HipkiDesk.SITE;
        assertEquals("pkcs11info", func(door.popup(site, "{\"func\":\"CheckEnvir\"}")));
        assertEquals("pkcs11info", func(door.popup(site, "{\"func\":\"GetUserCert\"}")));
        JsonNode question = door.popup(site, HipkiDesk.plain(sign("PKCS1", "TBS", "", "SHA256")));
        assertEquals("secret", question.get("ask").asText());
        assertEquals("TBS", question.get("preview").asText());
        assertEquals(3, question.get("triesLeft").asInt());
        JsonNode reply = HipkiDesk.reply(door.type(question, false, PIN));
        assertEquals("sign", reply.get("func").asText());
        assertEquals(Set.of(), HipkiDesk.faults("replies.schema.json", reply));
        JsonNode unknown = HipkiDesk.reply(door.popup(site, "{\"func\":\"Nothing\"}"));
        assertEquals(0x7600000E, unknown.get("ret_code").asInt());
        for (String path : List.of("/eIDPM/ListEID", "/MOEACA/sendCommand_x", "/PrintCard/x")) {
            assertEquals(
                    0x7600000E, door.call(path, "tbsPackage={}").get("ret_code").asInt(), path);
        }
    }

    private static String func(JsonNode told) {
        JsonNode reply = HipkiDesk.reply(told);
        assertEquals(0, reply.get("ret_code").asInt());
        assertEquals(Set.of(), HipkiDesk.faults("pkcs11info.schema.json", reply));
        return reply.get("func").asText();
    }

    @Test
    void c02_decrypt_gives_back_what_was_enciphered_in_both_forms() throws Exception {
        byte[] plain = "重要的訊息 & 100%".getBytes(StandardCharsets.UTF_8);
        Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        rsa.init(Cipher.ENCRYPT_MODE, Desk.encryption().publicKey());
        Map<String, String> fields = new HashMap<>();
        fields.put("func", "DecryptData");
        fields.put("cipher", Base64.getEncoder().encodeToString(rsa.doFinal(plain)));
        fields.put("cipherType", "PKCS1");
        fields.put("plainEncoding", "none");
        fields.put("pin", PIN);
        JsonNode reply = door.call("/decrypt", HipkiDesk.tbs(fields));
        assertEquals("重要的訊息 & 100%", reply.path("plain").asText(), reply::toString);

        write("plain.txt", plain);
        write("cert.der", Desk.encryption().der());
        openssl("x509", "-inform", "DER", "-in", "cert.der", "-out", "cert.pem");
        openssl(
                "cms",
                "-encrypt",
                "-binary",
                "-aes256",
                "-in",
                "plain.txt",
                "-outform",
                "DER",
                "-out",
                "enveloped.der",
                "cert.pem");
        fields.put("cipherType", "PKCS7");
        fields.put("plainEncoding", "base64");
        fields.put(
                "cipher",
                Base64.getEncoder()
                        .encodeToString(Files.readAllBytes(folder.resolve("enveloped.der"))));
        JsonNode enveloped = door.call("/decrypt", HipkiDesk.tbs(fields));
        assertArrayEquals(plain, octets(enveloped, "plain"));
        assertEquals(Set.of(), HipkiDesk.faults("replies.schema.json", enveloped));

        fields.put("cipherType", "PKCS1");
        fields.put("cipher", Base64.getEncoder().encodeToString(new byte[256]));
        assertEquals(
                0x76400003, door.call("/decrypt", HipkiDesk.tbs(fields)).get("ret_code").asInt());
    }

    // --- 3

    @Test
    void c03_every_way_of_escaping_a_body_gives_the_same_signature() {
        String tbs = "名稱=王小明&a=1+1&b=50%";
        byte[] expected = octets(signed(sign("PKCS1", tbs, "NONE", "SHA256")), "signature");
        Map<String, String> fields = sign("PKCS1", tbs, "NONE", "SHA256");
        String json = HipkiDesk.plain(fields);
        String escapedByHand = json.replace("%", "%25").replace("+", "%2B").replace("&", "%26");
        Map<String, String> inner = new HashMap<>(fields);
        inner.put("pin", URLEncoder.encode(PIN, StandardCharsets.UTF_8));
        inner.put("tbs", URLEncoder.encode(tbs, StandardCharsets.UTF_8));
        List<String> bodies =
                List.of(
                        "tbsPackage=" + json,
                        "tbsPackage=" + escapedByHand,
                        "tbsPackage=" + HipkiDesk.plain(inner),
                        HipkiDesk.tbs(fields) + "&other=1",
                        "tbsPackage="
                                + URLEncoder.encode(json, StandardCharsets.UTF_8)
                                        .replace("+", "%20"));
        for (String body : bodies) {
            JsonNode reply = door.call("/sign", body);
            assertEquals(0, reply.get("ret_code").asInt(), body);
            assertArrayEquals(expected, octets(reply, "signature"), body);
        }
        assertEquals(0x7600000B, door.call("/sign", "tbsPackage=nothing").get("ret_code").asInt());
        assertEquals(0x7600000B, door.call("/sign", "tbsPackage={\"a\":1").get("ret_code").asInt());
    }

    // --- 4

    @Test
    void c04_openssl_verifies_every_type_encoding_and_digest() throws Exception {
        String text = "要簽的訊息";
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        write("data.txt", data);
        write("cert.der", Desk.signature().der());
        openssl(
                "x509",
                "-inform",
                "DER",
                "-in",
                "cert.der",
                "-pubkey",
                "-noout",
                "-out",
                "key.pem");
        write("ca.der", Desk.authority().certificate.der());
        openssl("x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem");
        String base64 = Base64.getEncoder().encodeToString(data);
        int verified = 0;
        for (String hash : List.of("SHA1", "SHA256", "SHA384", "SHA512")) {
            for (String encoding : List.of("NONE", "", "base64")) {
                String tbs = encoding.equals("base64") ? base64 : text;
                write("sig", octets(signed(sign("PKCS1", tbs, encoding, hash)), "signature"));
                openssl(
                        "dgst",
                        "-" + hash.toLowerCase(java.util.Locale.ROOT),
                        "-verify",
                        "key.pem",
                        "-signature",
                        "sig",
                        "data.txt");
                Map<String, String> pkcs7 = sign("PKCS7", tbs, encoding, hash);
                pkcs7.put("nonce", "session-1");
                pkcs7.put("withSigningTime", "true");
                write("sig.p7", octets(signed(pkcs7), "signature"));
                openssl(
                        "cms",
                        "-verify",
                        "-inform",
                        "DER",
                        "-in",
                        "sig.p7",
                        "-CAfile",
                        "ca.pem",
                        "-purpose",
                        "any",
                        "-binary",
                        "-attime",
                        "1780272000",
                        "-out",
                        "content.txt");
                assertArrayEquals(data, Files.readAllBytes(folder.resolve("content.txt")));
                verified += 2;
            }
            String jdk = hash.replace("SHA", "SHA-");
            String digest =
                    Base64.getEncoder().encodeToString(MessageDigest.getInstance(jdk).digest(data));
            write("sig", octets(signed(sign("RAW", digest, "base64", "")), "signature"));
            openssl(
                    "dgst",
                    "-" + hash.toLowerCase(java.util.Locale.ROOT),
                    "-verify",
                    "key.pem",
                    "-signature",
                    "sig",
                    "data.txt");
            verified++;
        }
        String shown = openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", "sig.p7");
        assertTrue(shown.contains("0088000000000001"), "the card's number is signed");
        assertEquals(28, verified);
        assertEquals(0x76000003, refusal("PKCS1", ""));
        assertEquals(0x76300002, refusal("PKCS9", "x"));
        assertEquals(0x76300003, refusal("RAW", "AAAA"));
    }

    private int refusal(String type, String tbs) {
        return door.call("/sign", HipkiDesk.tbs(sign(type, tbs, "", "SHA256")))
                .get("ret_code")
                .asInt();
    }

    // --- 5

    @Test
    void c05_a_wrong_pin_tells_the_tries_left_and_the_last_is_not_used_without_consent() {
        Map<String, String> wrong = sign("PKCS1", "x", "", "SHA256");
        wrong.put("pin", "999999");
        assertWrong(-2147483646, door.call("/sign", HipkiDesk.tbs(wrong)));
        assertWrong(-2147483647, door.call("/sign", HipkiDesk.tbs(wrong)));
        assertWrong(-2147483647, door.call("/sign", HipkiDesk.tbs(wrong)));

        JsonNode question = door.popup(HipkiDesk.SITE, HipkiDesk.plain(wrong));
        assertEquals(1, question.get("triesLeft").asInt());
        JsonNode again = door.type(question, false, "999999");
        assertEquals("C08", again.get("problem").get("code").asText());
        assertWrong(0xA4, HipkiDesk.reply(door.type(again, true, "999999")));
        assertWrong(0xA4, HipkiDesk.reply(door.popup(HipkiDesk.SITE, HipkiDesk.plain(wrong))));
    }

    private static void assertWrong(int lastError, JsonNode reply) {
        assertEquals(0x76100006, reply.get("ret_code").asInt(), reply::toString);
        assertEquals(lastError, reply.get("last_error").asInt(), reply::toString);
        assertEquals(Set.of(), HipkiDesk.faults("replies.schema.json", reply));
        assertFalse(reply.get("message2").asText().isEmpty());
    }

    @Test
    void c05_a_wrong_pin_in_the_popup_may_be_typed_again_and_giving_up_tells_it() {
        String message = HipkiDesk.plain(sign("PKCS1", "x", "", "SHA256"));
        JsonNode question = door.popup(HipkiDesk.SITE, message);
        JsonNode again = door.type(question, false, "999999");
        assertEquals(2, again.get("triesLeft").asInt());
        assertEquals("C05", again.get("problem").get("code").asText());
        assertWrong(-2147483646, cancelled(again));
        JsonNode fresh = door.popup(HipkiDesk.SITE, message);
        assertEquals(0x76000999, cancelled(fresh).get("ret_code").asInt());
    }

    private JsonNode cancelled(JsonNode question) {
        return HipkiDesk.reply(
                HipkiDesk.json(
                        door.own(
                                        "/hipki/cancel",
                                        new byte[0],
                                        "X-Perennial-Visit",
                                        question.get("visit").asText())
                                .orElseThrow()));
    }

    @Test
    void a_pin_of_a_page_counts_only_from_a_site_that_may_bring_it() {
        String body = HipkiDesk.tbs(sign("PKCS1", "x", "", "SHA256"));
        JsonNode direct =
                HipkiDesk.json(door.fetch("POST", "/sign", HipkiDesk.SITE, body).orElseThrow());
        assertEquals(0x76000998, direct.get("ret_code").asInt());
        assertEquals(Optional.empty(), door.fetch("POST", "/sign", HipkiDesk.STRANGER, body));
        assertEquals(Optional.empty(), door.fetch("POST", "/sign", "null", body));
        String message = HipkiDesk.plain(sign("PKCS1", "x", "", "SHA256"));
        assertEquals("secret", door.popup(HipkiDesk.SITE, message).get("ask").asText());
        JsonNode brought = door.popup(HipkiDesk.LEGACY, message);
        assertTrue(brought.get("brought").asBoolean());
        assertEquals(0, HipkiDesk.reply(brought).get("ret_code").asInt());
    }

    // --- 6

    @Test
    void c06_the_picture_carries_json_and_leads_a_strange_site_to_add_domain() {
        JsonNode trusted = picture(HipkiDesk.SITE);
        assertEquals("pkcs11info", trusted.get("func").asText());
        assertEquals("0088000000000001", trusted.at("/slots/0/token/serialNumber").asText());
        JsonNode strange = picture(HipkiDesk.STRANGER);
        assertEquals(0x76000031, strange.get("ret_code").asInt());
        assertTrue(strange.get("message").asText().contains("信任"));
        Response allowed =
                door.own("/hipki/add-domain", new byte[0], "X-Perennial-Opener", HipkiDesk.STRANGER)
                        .orElseThrow();
        assertEquals(0, HipkiDesk.json(allowed).get("ret_code").asInt());
        assertTrue(door.consents.allows(new Origin(HipkiDesk.STRANGER)));
        assertEquals(0, picture(HipkiDesk.STRANGER).get("ret_code").asInt());
        assertEquals(
                Optional.empty(),
                door.fetch("POST", "/hipki/add-domain", HipkiDesk.SITE, ""),
                "no page allows itself");
    }

    @Test
    void c06_a_picture_of_many_readers_stays_within_what_pages_read() {
        VirtualReaders many = new VirtualReaders(40);
        HipkiDesk crowded =
                new HipkiDesk(
                        folder.resolve("crowded"),
                        new PivReaders(many, Desk.RANDOM),
                        HipkiService.Settings.ORDINARY);
        Response bmp = crowded.fetch("GET", "/p11Image.bmp", HipkiDesk.SITE, "").orElseThrow();
        String json = pixels(bmp.body());
        assertTrue(json.length() <= 900, json);
        assertTrue(HipkiDesk.json(json).get("slots").size() > 5);
    }

    private JsonNode picture(String origin) {
        Response bmp = door.fetch("GET", "/p11Image.bmp", origin, "").orElseThrow();
        assertEquals("image/bmp", bmp.fields().only("Content-Type"));
        assertEquals(origin, bmp.fields().only("Access-Control-Allow-Origin"));
        assertEquals("cross-origin", bmp.fields().only("Cross-Origin-Resource-Policy"));
        return HipkiDesk.json(pixels(bmp.body()));
    }

    /// As a page reads it from a canvas: blue, green, red of each pixel up to one without blue.
    private static String pixels(byte[] bmp) {
        StringBuilder text = new StringBuilder();
        for (int at = 54; bmp[at] != 0; at += 3) {
            for (int i = 0; i < 3; i++) {
                assertTrue(bmp[at + i] > 0, "ASCII without zeros");
                text.append((char) bmp[at + i]);
            }
        }
        return text.toString();
    }

    // --- 7

    @Test
    void c07_an_empty_reader_is_null_an_unreadable_card_a_text_and_a_card_an_object() {
        VirtualReaders readers = new VirtualReaders(2);
        HipkiDesk two =
                new HipkiDesk(
                        folder.resolve("two"),
                        new PivReaders(readers, Desk.RANDOM),
                        HipkiService.Settings.ORDINARY);
        JsonNode empty = info(two);
        assertTrue(empty.at("/slots/0/token").isNull());
        assertTrue(empty.at("/slots/1/token").isNull());
        readers.insert(VirtualReaders.name(1), desk.card);
        assertEquals("0088000000000001", info(two).at("/slots/1/token/serialNumber").asText());
        VirtualCard broken = Desk.blank("0088000000000002");
        broken.faults().cutAt(1, Faults.Moment.BEFORE);
        readers.insert(VirtualReaders.name(0), broken);
        assertEquals("unknown token", info(two).at("/slots/0/token").asText());
        VirtualCard _ = readers.eject(VirtualReaders.name(1)).orElseThrow();
        assertTrue(info(two).at("/slots/1/token").isNull());
    }

    private static JsonNode info(HipkiDesk desk) {
        JsonNode info =
                HipkiDesk.json(
                        desk.fetch("GET", "/pkcs11info?withcert=true", HipkiDesk.SITE, "")
                                .orElseThrow());
        assertEquals(Set.of(), HipkiDesk.faults("pkcs11info.schema.json", info));
        return info;
    }

    @Test
    void certificates_have_the_labels_usages_and_names_that_pages_take_apart() {
        JsonNode certs = info(door).at("/slots/0/token/certs");
        assertEquals("cert1", certs.at("/0/label").asText());
        assertEquals("digitalSignature", certs.at("/0/usage").asText());
        assertEquals("cert2", certs.at("/1/label").asText());
        assertEquals("keyEncipherment|dataEncipherment", certs.at("/1/usage").asText());
        assertEquals("CA Cert", certs.at("/2/label").asText());
        String[] parts = certs.at("/0/subjectDN").asText().split("=");
        assertEquals("0000000177001900", parts[parts.length - 1]);
        assertEquals(
                "C=TW,CN=王小明,serialNumber=0000000177001900", certs.at("/0/subjectDN").asText());
        assertEquals("王小明", certs.at("/0/subjectCN").asText());
    }

    // --- 8, 9, 11, 12

    @Test
    void c08_the_version_passes_every_minimum_that_pages_compare_as_texts() {
        String version = info(door).get("serverVersion").asText();
        for (String minimum :
                List.of(
                        "1.3.4.103305",
                        "1.3.4.103319",
                        "1.3.4.103327",
                        "1.3.4.103328",
                        "1.3.4.103349",
                        "1.3.4.10",
                        "1.3.4.13",
                        "1.3.4.3")) {
            assertTrue(version.compareTo(minimum) > 0, minimum);
        }
    }

    @Test
    void c09_the_card_number_of_a_signature_is_the_one_that_was_shown() {
        JsonNode reply = signed(sign("PKCS1", "x", "", "SHA256"));
        assertEquals(
                info(door).at("/slots/0/token/serialNumber").asText(),
                reply.get("cardSN").asText());
        assertEquals(Set.of(), HipkiDesk.faults("replies.schema.json", reply));
        Map<String, String> other = sign("PKCS1", "x", "", "SHA256");
        other.put("cardid", "0088000000000009");
        JsonNode refused = door.call("/sign", HipkiDesk.tbs(other));
        assertEquals(0x83000100, refused.get("ret_code").asInt());
    }

    @Test
    void c11_result_codes_are_signed_numbers_with_a_text_and_http_200() {
        Map<String, String> fields = new HashMap<>();
        fields.put("value", Base64.getEncoder().encodeToString(Desk.authority().certificate.der()));
        fields.put("pin", PIN);
        JsonNode reply = door.call("/writecert", HipkiDesk.tbs(fields));
        assertTrue(reply.get("ret_code").isNumber());
        assertEquals(0xE0000013, reply.get("ret_code").asInt());
        assertTrue(reply.get("ret_code").asInt() < 0);
        assertEquals(Set.of(), HipkiDesk.faults("replies.schema.json", reply));
    }

    @Test
    void c12_the_root_tells_a_version_to_scripts() {
        String root = new String(door.get("/").orElseThrow().body(), StandardCharsets.UTF_8);
        assertTrue(root.matches("(?s).*version:[\\d.]+.*"), root);
    }

    // --- batch, switch, prefix

    @Test
    void two_hundred_documents_are_signed_in_one_row() throws GeneralSecurityException {
        java.security.Signature verifier = java.security.Signature.getInstance("SHA256withRSA");
        for (int i = 0; i < 200; i++) {
            byte[] signature =
                    octets(signed(sign("PKCS1", "document " + i, "", "SHA256")), "signature");
            verifier.initVerify(Desk.signature().x509());
            verifier.update(("document " + i).getBytes(StandardCharsets.UTF_8));
            assertTrue(verifier.verify(signature), "document " + i);
        }
    }

    @Test
    void switched_off_it_answers_nothing() {
        door.on = false;
        assertEquals(Optional.empty(), door.get("/popupForm"));
        assertEquals(Optional.empty(), door.get("/"));
        assertEquals(Optional.empty(), door.fetch("POST", "/sign", HipkiDesk.LEGACY, "x"));
        assertEquals(Optional.empty(), door.fetch("GET", "/p11Image.bmp", HipkiDesk.SITE, ""));
    }

    @Test
    void the_sister_component_has_its_calls_below_a_prefix() {
        HipkiDesk sister =
                new HipkiDesk(
                        folder.resolve("sister"),
                        desk.cards(),
                        new HipkiService.Settings("/cht_api"));
        String target = "/cht_api/pkcs11info";
        assertTrue(sister.fetch("GET", target, HipkiDesk.SITE, "").isPresent());
        assertEquals(Optional.empty(), sister.fetch("GET", "/pkcs11info", HipkiDesk.SITE, ""));
        assertTrue(sister.get("/popupForm").isPresent());
    }

    @Test
    void keys_on_curves_sign_digests_of_every_length() throws Exception {
        VirtualCard card = Desk.blank("0088000000000003");
        var certificate =
                Desk.authority()
                        .issue(
                                card.generate(KeySlot.DIGITAL_SIGNATURE, KeyAlgorithm.P_256),
                                org.bouncycastle.asn1.x509.KeyUsage.digitalSignature,
                                Desk.CLOCK.instant().plusSeconds(1000));
        card.install(KeySlot.DIGITAL_SIGNATURE, certificate);
        desk.replaceCard(card);
        for (String hash : List.of("SHA1", "SHA256", "SHA384", "SHA512")) {
            java.security.Signature verifier =
                    java.security.Signature.getInstance(hash + "withECDSA");
            verifier.initVerify(certificate.x509());
            verifier.update("x".getBytes(StandardCharsets.UTF_8));
            assertTrue(
                    verifier.verify(octets(signed(sign("PKCS1", "x", "", hash)), "signature")),
                    hash);
        }
    }
}
