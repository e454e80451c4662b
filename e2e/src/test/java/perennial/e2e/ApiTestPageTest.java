// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.SelectOption;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.cli.Perennial;

/// What a site can do with a card: the portal's test page and a site of somebody else's, in a real
/// Chromium before the demo. What the card signed, openssl verifies; what openssl enciphered, the
/// card deciphers.
class ApiTestPageTest {
    private static final LocatorAssertions.ContainsTextOptions SOON =
            new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);
    private static final String TEXT = "我同意 I agree\nto 1,000.00";

    /// A site with a button for each thing; what came of it stands in `#told`.
    private static final String OTHER_SITE =
            """
            <!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Another site</title>
            <button id="open">open</button><button id="sign">sign</button>
            <button id="renew">renew</button><button id="missing">missing</button>
            <pre id="told"></pre><pre id="heard"></pre>
            <script type="module">
            import { Perennial } from "/perennial.js";
            const byId = (id) => document.getElementById(id);
            addEventListener("message", (event) => { byId("heard").textContent += event.data.type; });
            const agent = new Perennial({ component: "AGENT", language: "en" });
            const nobody = new Perennial({ component: "http://localhost:1", language: "en", patience: 1000 });
            const told = (work) => async () => {
              byId("told").textContent = "";
              try {
                const { signature, ...answer } = await work();
                byId("told").textContent = JSON.stringify(answer);
              } catch (error) {
                byId("told").textContent = `${error.name} ${error.code} ${error.cause} | ${error.words["zh-TW"]?.cause}`;
              }
            };
            byId("open").onclick = told(async () => { await agent.open(); return { readers: await agent.readers() }; });
            byId("sign").onclick = told(async () => { await agent.open(); return agent.sign(new Uint8Array([0, 1, 2]), { name: "contract.bin" }); });
            byId("renew").onclick = told(async () => {
              await agent.open();
              const [{ name }] = await agent.readers();
              return agent.renew(name, "x".repeat(22));
            });
            byId("missing").onclick = told(async () => ({ version: await nobody.open() }));
            </script></html>
            """;

    private @TempDir Path folder;
    private LauncherProcess demo;
    private String portal;
    private String agent;
    private String pin;
    private Browser browser;
    private HttpServer site;

    @BeforeEach
    void a_demo_another_site_and_a_browser_run() throws Exception {
        demo =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--keep",
                        folder.resolve("demo").toString(),
                        "--port",
                        "0",
                        "--agent-port",
                        "0");
        agent = demo.await(Pattern.compile("agent\\s+(http://localhost:\\d+)"));
        pin = demo.await(Pattern.compile("PIN\\s+(\\d{6,8})"));
        portal = demo.await(Pattern.compile("(http://localhost:\\d+)/renewal"));
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        serve(
                "/",
                "text/html; charset=utf-8",
                OTHER_SITE.replace("AGENT", agent).getBytes(StandardCharsets.UTF_8));
        try (InputStream library =
                Objects.requireNonNull(
                        ApiTestPageTest.class.getResourceAsStream(
                                "/perennial/ra/static/perennial.js"))) {
            serve("/perennial.js", "text/javascript; charset=utf-8", library.readAllBytes());
        }
        site.start();
        browser = new Browser();
    }

    private void serve(String path, String type, byte[] content) {
        site.createContext(
                path,
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", type);
                    exchange.sendResponseHeaders(200, content.length);
                    exchange.getResponseBody().write(content);
                    exchange.close();
                });
    }

    @AfterEach
    void all_stop() {
        browser.close();
        site.stop(0);
        demo.close();
    }

    @Test
    void every_function_is_called_once_and_openssl_agrees_with_the_card() throws Exception {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        AtomicReference<String> sent = new AtomicReference<>("");
        person.onRequest(request ->
                sent.updateAndGet(all -> all + request.url() + String.valueOf(request.postData())));
        Page page = person.newPage();
        page.navigate(portal + "/help/component?lang=zh-TW");
        page.locator("#api-test").click();
        assertThat(page.locator("h1")).containsText("API");
        choose(page, "library-open");
        Browser.look(page, "api-zh-1-start");

        Page window = page.waitForPopup(() -> page.locator("#run").click());
        assertThat(page.locator("#answer")).containsText("version", SOON);
        call(page, "library-readers", "cardNumber");
        assertThat(page.locator("#events")).containsText("0088");
        call(page, "library-card", "KEY_MANAGEMENT");
        Path encryption = certificateOf(page, "KEY_MANAGEMENT");

        signs_and_openssl_verifies(page, window);
        deciphers_what_openssl_enciphered(page, window, encryption);
        a_holder_refuses(page, window);
        renewals_without_a_ticket_are_told_so(page);

        assertFalse(sent.get().contains(pin), "the PIN was in a request");
        call(page, "library-close", "true");
        assertTrue(window.isClosed());
    }

    private void signs_and_openssl_verifies(Page page, Page window) throws Exception {
        choose(page, "library-sign");
        page.locator("#parameter-content").fill(TEXT);
        page.locator("#run").click();
        assertThat(window.locator("#order-text")).hasText(TEXT);
        assertThat(window.locator("#pin-origin")).hasText(portal);
        Browser.look(window, "api-zh-2-sign-window");
        window.locator("#pin").fill(pin.equals("11111111") ? "22222222" : "11111111");
        window.locator("#pin-submit").click();
        assertThat(window.locator("#pin-error")).containsText("2", SOON);
        enterPin(window);
        assertThat(page.locator("#answer")).containsText("signature", SOON);
        Browser.look(page, "api-zh-3-signed");
        Browser.look(window, "api-zh-4-window-signed");
        Path signature = written("signed.der", member(page, "signature"));
        Path signer = pem(written("signer.der", member(page, "certificate")));
        Path same = folder.resolve("same");
        Shell.run(
                folder,
                "openssl",
                "cms",
                "-verify",
                "-binary",
                "-inform",
                "DER",
                "-in",
                signature.toString(),
                "-noverify",
                "-certfile",
                signer.toString(),
                "-out",
                same.toString());
        assertEquals(TEXT, Files.readString(same));

        Path content = Files.writeString(folder.resolve("content"), TEXT);
        for (String digest : List.of("SHA-384", "SHA-512")) {
            sign(page, window, "cms-detached", digest);
            Path detached = written("detached-" + digest, member(page, "signature"));
            Shell.run(
                    folder,
                    "openssl",
                    "cms",
                    "-verify",
                    "-binary",
                    "-inform",
                    "DER",
                    "-in",
                    detached.toString(),
                    "-content",
                    content.toString(),
                    "-noverify",
                    "-out",
                    same.toString());
            assertEquals(TEXT, Files.readString(same));

            sign(page, window, "value", digest);
            Path value = written("value-" + digest, member(page, "signature"));
            Path key = folder.resolve("key.pem");
            Files.writeString(
                    key,
                    Shell.run(
                            folder,
                            "openssl",
                            "x509",
                            "-in",
                            signer.toString(),
                            "-pubkey",
                            "-noout"));
            Shell.run(
                    folder,
                    "openssl",
                    "dgst",
                    "-" + digest.replace("-", "").toLowerCase(Locale.ROOT),
                    "-verify",
                    key.toString(),
                    "-signature",
                    value.toString(),
                    content.toString());
        }
    }

    private void sign(Page page, Page window, String form, String digest) {
        choose(page, "library-sign");
        page.locator("#parameter-content").fill(TEXT);
        page.locator("#parameter-form").selectOption(form);
        page.locator("#parameter-digest").selectOption(digest);
        page.locator("#run").click();
        enterPin(window);
        assertThat(page.locator("#answer")).containsText("signature", SOON);
    }

    private void deciphers_what_openssl_enciphered(Page page, Page window, Path recipient)
            throws Exception {
        Path content = Files.writeString(folder.resolve("secret"), TEXT);
        Path enveloped = folder.resolve("enveloped.der");
        Shell.run(
                folder,
                "openssl",
                "cms",
                "-encrypt",
                "-binary",
                "-aes256",
                "-outform",
                "DER",
                "-in",
                content.toString(),
                "-out",
                enveloped.toString(),
                recipient.toString());
        assertEquals(TEXT, deciphered(page, window, "cms", enveloped));
        Path transported = folder.resolve("transported");
        Shell.run(
                folder,
                "openssl",
                "pkeyutl",
                "-encrypt",
                "-certin",
                "-inkey",
                recipient.toString(),
                "-in",
                content.toString(),
                "-out",
                transported.toString());
        assertEquals(TEXT, deciphered(page, window, "rsa", transported));
    }

    private String deciphered(Page page, Page window, String form, Path cipher) throws IOException {
        choose(page, "library-decrypt");
        page.locator("#parameter-content")
                .fill(Base64.getEncoder().encodeToString(Files.readAllBytes(cipher)));
        page.locator("#parameter-form").selectOption(form);
        page.locator("#run").click();
        assertThat(window.locator("#pin")).isVisible();
        Browser.look(window, "api-zh-5-decrypt-window-" + form);
        enterPin(window);
        assertThat(page.locator("#answer")).containsText("content", SOON);
        return new String(
                Base64.getDecoder().decode(member(page, "content")), StandardCharsets.UTF_8);
    }

    private void a_holder_refuses(Page page, Page window) {
        choose(page, "library-sign");
        page.locator("#run").click();
        assertThat(window.locator("#refuse")).isVisible();
        window.locator("#refuse").click();
        assertThat(page.locator("#answer")).containsText("A14", SOON);
        assertThat(page.locator("#outcome")).containsText("持卡人");
        assertThat(page.locator("#answer")).containsText("The card holder refused");
    }

    private static void renewals_without_a_ticket_are_told_so(Page page) {
        choose(page, "library-renew");
        assertThat(page.locator("#run")).isDisabled();
        page.locator("#agree").check();
        page.locator("#run").click();
        assertThat(page.locator("#answer")).containsText("N04", SOON);
        choose(page, "library-finish");
        page.locator("#agree").check();
        page.locator("#run").click();
        assertThat(page.locator("#outcome")).not().hasAttribute("data-busy", "true");
        assertThat(page.locator("#answer")).containsText("code", SOON);
    }

    @Test
    void the_dialect_is_called_from_the_page_and_every_call_has_its_code() throws Exception {
        Page page = browser.person("en-GB", 1280, 900).newPage();
        page.navigate(portal + "/api-test?lang=en");
        List<String> calls =
                page.locator("#call option").all().stream()
                        .map(option -> String.valueOf(option.getAttribute("value")))
                        .toList();
        assertTrue(calls.size() > 25, () -> calls.toString());
        for (String id : calls) {
            choose(page, id);
            assertThat(page.locator("#request")).not().isEmpty();
            assertThat(page.locator("#code")).not().isEmpty();
            assertThat(page.locator("#about")).not().isEmpty();
            assertEquals(0, page.locator("#parameters input[type=password]").count());
            if (!id.startsWith("library-")) {
                page.locator("#code-curl").check();
                assertThat(page.locator("#code")).containsText("curl -s '" + agent);
                page.locator("#code-js").check();
            }
        }

        choose(page, "dialect-GetUserCert");
        Page consent = page.waitForPopup(() -> page.locator("#run").click());
        assertThat(consent.locator("#consent-origin")).hasText(portal);
        consent.locator("#allow").click();
        assertThat(page.locator("#answer")).containsText("certb64", SOON);
        Browser.look(page, "api-en-1-dialect");

        for (String id : List.of("dialect-CheckEnvir", "dialect-getChallenge")) {
            choose(page, id);
            page.locator("#run").click();
            assertThat(page.locator("#answer")).containsText("\"ret_code\": 0", SOON);
        }
        for (String id : List.of("dialect-MakeSignature", "dialect-umakeSig", "dialect-makeCsr")) {
            choose(page, id);
            Page popup = page.waitForPopup(() -> page.locator("#run").click());
            popup.locator("#pin").fill(pin);
            popup.locator("#submit").click();
            assertThat(page.locator("#answer")).containsText("\"ret_code\": 0", SOON);
        }
        choose(page, "dialect-changeUserPINCode");
        assertThat(page.locator("#run")).isDisabled();
        page.locator("#agree").check();
        Page popup = page.waitForPopup(() -> page.locator("#run").click());
        assertThat(popup.locator("#new")).isVisible();
        popup.locator("#cancel").click();
        assertThat(page.locator("#answer")).containsText("ret_code", SOON);
        assertThat(page.locator("#answer")).not().containsText("\"ret_code\": 0");
    }

    @Test
    void the_page_is_accessible_on_a_narrow_screen() {
        Page page = browser.person("en-GB", 390, 844).newPage();
        page.navigate(portal + "/api-test?lang=en#library-sign");
        assertThat(page.locator("#parameter-digest")).isVisible();
        Browser.look(page, "api-en-2-narrow");
        choose(page, "library-renew");
        Browser.look(page, "api-en-3-changes-narrow");
    }

    @Test
    void another_site_hears_nothing_before_the_holder_allows_it_and_never_renews() {
        BrowserContext person = browser.person("en-GB", 1000, 800);
        Page page = person.newPage();
        page.navigate("http://localhost:%d/".formatted(site.getAddress().getPort()));
        Page window = page.waitForPopup(() -> page.locator("#open").click());
        assertThat(window.locator("#consent-origin"))
                .hasText("http://localhost:" + site.getAddress().getPort());
        Browser.look(window, "api-en-4-consent");
        window.locator("#deny").click();
        assertThat(page.locator("#told")).containsText("PerennialError A07", SOON);
        assertThat(page.locator("#heard")).isEmpty();

        Page again = page.waitForPopup(() -> page.locator("#open").click());
        again.locator("#allow").click();
        assertThat(page.locator("#told")).containsText("0088", SOON);
        assertThat(again.locator("#connected-origin"))
                .hasText("http://localhost:" + site.getAddress().getPort());

        page.locator("#sign").click();
        assertThat(again.locator("#order-name")).hasText("contract.bin");
        assertThat(again.locator("#order-fingerprint"))
                .hasText("ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc");
        Browser.look(again, "api-en-5-file-window");
        enterPin(again);
        assertThat(page.locator("#told")).containsText("SHA-256", SOON);

        page.locator("#renew").click();
        assertThat(page.locator("#told")).containsText("PerennialError N05", SOON);
    }

    @Test
    void without_a_component_a_site_is_told_so_in_both_languages() {
        Page page = browser.person("en-GB", 1000, 800).newPage();
        page.navigate("http://localhost:%d/".formatted(site.getAddress().getPort()));
        page.locator("#missing").click();
        assertThat(page.locator("#told")).containsText("PerennialError A04 The Perennial", SOON);
        assertThat(page.locator("#told")).containsText("找不到常青元件");
    }

    @Test
    void a_terminal_makes_the_same_calls_and_never_takes_a_pin() {
        Page page = browser.person("en-GB", 1280, 900).newPage();
        page.navigate(portal + "/api-test?lang=en");
        String listed = tried(0);
        for (String text : page.locator("#call option").allTextContents()) {
            String name = text.replace("()", "");
            assertTrue(
                    name.startsWith("GET ")
                            ? listed.contains(name.split("[?]", 2)[0].substring(4))
                            : listed.contains(name),
                    () -> name + " is not in\n" + listed);
        }
        assertTrue(tried(0, "version").contains("version:1.4"));
        assertTrue(tried(0, "image").contains("\"serialNumber\""));
        assertTrue(tried(1, "pkcs11info").contains("N05"));
        choose(page, "dialect-CheckEnvir");
        page.waitForPopup(() -> page.locator("#run").click()).locator("#allow").click();
        assertThat(page.locator("#answer")).containsText("\"ret_code\": 0", SOON);
        assertTrue(tried(0, "pkcs11info", "--origin", portal).contains("\"ret_code\" : 0"));
        assertTrue(tried(0, "certificates", "--origin", portal, "--json").contains("certb64"));
        assertTrue(tried(0, "getChallenge", "--origin", portal).contains("\"challenge\""));
        assertTrue(tried(0, "MakeSignature", "tbs=hello").contains("\"tbs\":\"hello\""));
        assertTrue(tried(0, "getChallenge", "--code", "curl").startsWith("curl -s '" + agent));
        assertTrue(tried(2, "MakeSignature", "pin=123456").contains("window"));
        assertTrue(tried(2, "nothing").contains("no such call"));
        assertTrue(tried(1, "version", "--agent", "http://localhost:1").contains("A04"));
    }

    private String tried(int expected, String... more) {
        List<String> arguments = new ArrayList<>(List.of("try"));
        arguments.addAll(List.of(more));
        if (more.length > 0 && !arguments.contains("--agent")) {
            arguments.addAll(List.of("--agent", agent));
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int code = Perennial.run(arguments.toArray(String[]::new), out, out);
        String text = said.toString(StandardCharsets.UTF_8);
        assertEquals(expected, code, text);
        return text;
    }

    // --- steps

    private static void choose(Page page, String id) {
        page.locator("#call").selectOption(new SelectOption().setValue(id));
    }

    private static void call(Page page, String id, String expected) {
        choose(page, id);
        page.locator("#run").click();
        assertThat(page.locator("#answer")).containsText(expected, SOON);
    }

    private void enterPin(Page window) {
        window.locator("#pin").fill(pin);
        window.locator("#pin-submit").click();
    }

    private static String member(Page page, String name) {
        return String.valueOf(
                page.evaluate(
                        "name => JSON.parse(document.getElementById('answer').textContent)[name]",
                        name));
    }

    private Path certificateOf(Page page, String slot) throws Exception {
        Object der =
                page.evaluate(
                        "slot => JSON.parse(document.getElementById('answer').textContent)"
                                + ".certificates.find(one => one.slot === slot).der",
                        slot);
        return pem(written(slot + ".der", String.valueOf(der)));
    }

    private Path written(String name, String base64) throws IOException {
        return Files.write(folder.resolve(name), Base64.getDecoder().decode(base64));
    }

    private Path pem(Path der) throws Exception {
        Path pem = Path.of(der + ".pem");
        Shell.run(
                folder,
                "openssl",
                "x509",
                "-inform",
                "DER",
                "-in",
                der.toString(),
                "-out",
                pem.toString());
        return pem;
    }
}
