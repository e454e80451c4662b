// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent's card tools in a real browser; pictures are kept in `target/screenshots`.
class CardToolsInTheBrowserTest {
    private static final LocatorAssertions.IsVisibleOptions SOON =
            new LocatorAssertions.IsVisibleOptions().setTimeout(60_000);
    private static final String NEW_PIN = "739152";
    private static final String OTHER_PIN = "604137";
    private static final String WRONG = "555123";
    private static final byte[] CONTENT = "申請書\r\n第二行".getBytes(StandardCharsets.UTF_8);

    @TempDir Path folder;

    private LauncherProcess demo;
    private String agent;
    private String pin;
    private String puk;
    private String userCode;
    private Browser browser;

    @BeforeEach
    void a_demo_and_a_browser_run() throws Exception {
        browser = new Browser();
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
        puk = demo.await(Pattern.compile("PUK\\s+(\\d{6,8})"));
        userCode = demo.await(Pattern.compile("(?:user code|用戶代碼)\\s+(\\S+)"));
    }

    @AfterEach
    void both_stop() {
        browser.close();
        demo.close();
    }

    private Page tools(BrowserContext person, String language) {
        Page page = person.newPage();
        page.navigate(agent + "/");
        page.locator("a[href='/tools']").click();
        page.navigate(agent + "/tools?lang=" + language);
        assertThat(page.locator("#view")).isVisible(SOON);
        return page;
    }

    private static void fill(Page page, String form, String current, String next, String again) {
        page.locator("#%s-current".formatted(form)).fill(current);
        page.locator("#%s-next".formatted(form)).fill(next);
        page.locator("#%s-again".formatted(form)).fill(again);
        page.locator("#%s button".formatted(form)).click();
    }

    private static void tab(Page page, String name) {
        page.locator("#tabs a[data-tab=%s]".formatted(name)).click();
        assertThat(page.locator("#" + name)).isVisible(SOON);
    }

    @Test
    void a_holder_sees_the_card_and_changes_the_pin_in_chinese() {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        AtomicReference<String> posted = new AtomicReference<>("");
        person.onRequest(
                request -> posted.updateAndGet(all -> all + request.url() + request.postData()));
        Page page = tools(person, "zh-TW");
        assertThat(page.locator("#card-summary")).containsText("3B");
        assertThat(page.locator("#certificates .certificate")).hasCount(2);
        assertThat(page.locator("#view")).containsText("憑證序號不是IC卡卡號");
        Browser.look(page, "tools-zh-1-view");

        tab(page, "pin");
        assertThat(page.locator("#pin-title")).isFocused();
        Browser.look(page, "tools-zh-2-pin");
        fill(page, "pin", pin, NEW_PIN, OTHER_PIN);
        assertThat(page.locator("#pin-again-error")).isVisible();
        assertThat(page.locator("#pin-again")).isFocused();
        fill(page, "pin", pin, "123456", "123456");
        assertThat(page.locator("#problem-code")).hasText("C20");
        Browser.look(page, "tools-zh-3-too-simple");
        fill(page, "pin", WRONG, NEW_PIN, NEW_PIN);
        assertThat(page.locator("#problem-code")).hasText("C05");
        assertThat(page.locator("#problem-tries")).containsText("2");
        Browser.look(page, "tools-zh-4-wrong-pin");
        fill(page, "pin", pin, NEW_PIN, NEW_PIN);
        assertThat(page.locator("#success")).isVisible(SOON);
        assertThat(page.locator("#success")).containsText("3");
        Browser.look(page, "tools-zh-5-changed");
        for (String secret : new String[] {pin, NEW_PIN, WRONG}) {
            assertFalse(posted.get().contains(secret));
        }
        person.close();
    }

    @Test
    void a_locked_card_is_unlocked_in_english_on_a_narrow_screen() throws Exception {
        BrowserContext person = browser.person("en-GB", 390, 844);
        Page page = tools(person, "en");
        Browser.look(page, "tools-en-1-view");
        tab(page, "pin");
        for (int left = 2; left >= 1; left--) {
            fill(page, "pin", WRONG, NEW_PIN, NEW_PIN);
            assertThat(page.locator("#problem-tries")).containsText(String.valueOf(left));
        }
        fill(page, "pin", WRONG, NEW_PIN, NEW_PIN);
        assertThat(page.locator("#pin-consent-error")).isVisible();
        Browser.look(page, "tools-en-2-last-try");
        page.locator("#pin-consent").check();
        fill(page, "pin", WRONG, NEW_PIN, NEW_PIN);
        assertThat(page.locator("#problem-code")).hasText("C06");
        assertThat(page.locator("#pin button")).isDisabled();

        tab(page, "unlock");
        Browser.look(page, "tools-en-3-unlock");
        if (page.locator("#puk-risk").isVisible()) {
            page.locator("#puk-consent").check();
        }
        fill(page, "puk", puk, NEW_PIN, NEW_PIN);
        assertThat(page.locator("#success")).isVisible(SOON);
        Browser.look(page, "tools-en-4-unlocked");

        demo.enter();
        assertThat(page.locator("#no-card")).isVisible(SOON);
        Browser.look(page, "tools-en-5-no-card");
        demo.enter();
        assertThat(page.locator("#tabs")).isVisible(SOON);
        assertTrue(page.locator("#puk-current").inputValue().isEmpty());
        person.close();
    }

    @Test
    void a_holder_signs_a_file_and_others_verify_it() throws Exception {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        Page page = tools(person, "zh-TW");
        Path file = Files.write(folder.resolve("申請書.txt"), CONTENT);

        tab(page, "sign");
        page.locator("#sign button").click();
        assertThat(page.locator("#sign-content-error")).isVisible();
        Path detached = signed(page, file, "detached", pin);
        assertEquals("申請書.txt.p7s", detached.getFileName().toString());
        Path signer = folder.resolve("signer.pem");
        Shell.run(
                folder,
                "openssl",
                "cms",
                "-verify",
                "-inform",
                "DER",
                "-in",
                detached.toString(),
                "-content",
                file.toString(),
                "-binary",
                "-noverify",
                "-signer",
                signer.toString(),
                "-out",
                folder.resolve("seen").toString());
        Path bare = signed(page, file, "pkcs1", pin);
        Path publicKey = folder.resolve("key.pem");
        Files.writeString(
                publicKey,
                Shell.run(
                        folder, "openssl", "x509", "-in", signer.toString(), "-noout", "-pubkey"));
        Shell.run(
                folder,
                "openssl",
                "dgst",
                "-sha256",
                "-verify",
                publicKey.toString(),
                "-signature",
                bare.toString(),
                file.toString());
        Path attached = signed(page, file, "attached", pin);

        tab(page, "verify");
        page.locator("#verify-signature").setInputFiles(detached);
        page.locator("#verify-content").setInputFiles(file);
        page.locator("#verify button").click();
        assertThat(page.locator("#success")).containsText("簽章有效");
        assertThat(page.locator("#signers .certificate")).hasCount(1);
        Browser.look(page, "tools-zh-7-genuine");
        Path changed = Files.writeString(folder.resolve("changed.txt"), "something else");
        page.locator("#verify-content").setInputFiles(changed);
        page.locator("#verify button").click();
        assertThat(page.locator("#problem-code")).hasText("C26");
        assertThat(page.locator("#signers")).containsText("檔案與簽章不符");
        Browser.look(page, "tools-zh-8-changed");

        demo.enter();
        assertThat(page.locator("#verify")).isVisible(SOON);
        page.reload();
        assertThat(page.locator("#verify")).isVisible(SOON);
        page.locator("#verify-signature").setInputFiles(attached);
        page.locator("#verify button").click();
        assertThat(page.locator("#success")).containsText("簽章有效");
        assertArrayEquals(CONTENT, Files.readAllBytes(saved(page)));
        assertNothingKept();
        person.close();
    }

    @Test
    void a_holder_decrypts_what_somebody_encrypted_for_the_card() throws Exception {
        BrowserContext person = browser.person("en-GB", 1280, 900);
        Page page = tools(person, "en");
        Object der =
                page.evaluate(
                        """
                        async () => {
                          const agent = await import("/window/agent.js");
                          const [reader] = await agent.readers();
                          const sheet = await agent.toolCard(reader.name);
                          return sheet.keys.find((key) => key.slot === "KEY_MANAGEMENT").der;
                        }
                        """);
        Path certificate =
                Files.write(
                        folder.resolve("recipient.cer"),
                        Base64.getDecoder().decode(String.valueOf(der)));
        byte[] large = new byte[3 * 1024 * 1024 + 17];
        new SecureRandom().nextBytes(large);
        Path plain = Files.write(folder.resolve("plain.bin"), large);
        Path secret = folder.resolve("plain.bin.p7m");
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
                plain.toString(),
                "-out",
                secret.toString(),
                certificate.toString());

        tab(page, "decrypt");
        page.locator("#decrypt-content").setInputFiles(plain);
        page.locator("#decrypt-current").fill(pin);
        page.locator("#decrypt button").click();
        assertThat(page.locator("#problem-code")).hasText("S05", soonText());
        page.locator("#decrypt-content").setInputFiles(secret);
        page.locator("#decrypt-current").fill(WRONG);
        page.locator("#decrypt button").click();
        assertThat(page.locator("#problem-code")).hasText("C05", soonText());
        page.locator("#decrypt-current").fill(pin);
        page.locator("#decrypt button").click();
        assertThat(page.locator("#success")).isVisible(SOON);
        Browser.look(page, "tools-en-6-decrypted");
        Path opened = saved(page);
        assertEquals("plain.bin", opened.getFileName().toString());
        assertArrayEquals(large, Files.readAllBytes(opened));
        assertNothingKept();
        person.close();
    }

    @Test
    void a_holder_without_puk_unlocks_by_the_issuer() throws Exception {
        BrowserContext person = browser.person("zh-TW", 390, 844);
        AtomicReference<String> posted = new AtomicReference<>("");
        person.onRequest(
                request -> posted.updateAndGet(all -> all + request.url() + request.postData()));
        Page page = tools(person, "zh-TW");
        tab(page, "unlock");
        page.locator("input[value=code]").check();
        assertThat(page.locator("#puk")).isHidden();
        Browser.look(page, "tools-zh-9-by-code");
        page.locator("#code-code").fill("?");
        page.locator("#code button").click();
        assertThat(page.locator("#code-code-error")).isVisible();
        byCode(page, "WRONGCODE1234");
        assertThat(page.locator("#problem-code")).hasText("N09", soonText());
        byCode(page, userCode);
        assertThat(page.locator("#success")).containsText("3", containing());

        page.locator("input[value=message]").check();
        page.locator("#request-code").fill(userCode);
        page.locator("#request button").click();
        assertThat(page.locator("#request-text")).isVisible(SOON);
        Browser.look(page, "tools-zh-10-request");
        String request = page.locator("#request-text").inputValue();
        String origin = page.locator("#code-authority").inputValue();
        try (HttpClient issuer = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    issuer.send(
                            HttpRequest.newBuilder(URI.create(origin + "/unlock"))
                                    .POST(HttpRequest.BodyPublishers.ofString(request))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
            page.locator("#answer-text").fill(answer.body());
        }
        page.locator("#answer-next").fill(OTHER_PIN);
        page.locator("#answer-again").fill(OTHER_PIN);
        if (page.locator("#answer-risk").isVisible()) {
            page.locator("#answer-consent").check();
        }
        page.locator("#answer button").click();
        assertThat(page.locator("#success")).containsText("3", containing());
        Browser.look(page, "tools-zh-11-unlocked-by-answer");
        for (String secret : new String[] {userCode, NEW_PIN, OTHER_PIN, puk}) {
            assertFalse(posted.get().contains(secret));
        }
        assertNothingKept();
        person.close();
    }

    private static void byCode(Page page, String code) {
        page.locator("#code-code").fill(code);
        page.locator("#code-next").fill(NEW_PIN);
        page.locator("#code-again").fill(NEW_PIN);
        if (page.locator("#code-risk").isVisible()) {
            page.locator("#code-consent").check();
        }
        page.locator("#code button").click();
    }

    private Path signed(Page page, Path file, String form, String with) {
        page.locator("#sign-content").setInputFiles(file);
        page.locator("#sign-form").selectOption(form);
        page.locator("#sign-current").fill(with);
        page.locator("#sign button").click();
        assertThat(page.locator("#save")).isVisible(SOON);
        Path saved = saved(page);
        Browser.look(page, "tools-zh-6-signed-" + form);
        page.evaluate("document.getElementById('success').hidden = true");
        return saved;
    }

    private Path saved(Page page) {
        Download download = page.waitForDownload(() -> page.locator("#save").click());
        Path kept = folder.resolve(UUID.randomUUID().toString(), download.suggestedFilename());
        download.saveAs(kept);
        return kept;
    }

    /// The agent's working copies are gone.
    private void assertNothingKept() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("demo"))) {
            assertEquals(
                    List.of(),
                    all.filter(Files::isRegularFile)
                            .map(file -> String.valueOf(file.getFileName()))
                            .filter(Set.of("CONTENT", "SIGNATURE", "RESULT")::contains)
                            .toList());
        }
    }

    private static LocatorAssertions.HasTextOptions soonText() {
        return new LocatorAssertions.HasTextOptions().setTimeout(60_000);
    }

    private static LocatorAssertions.ContainsTextOptions containing() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);
    }
}
