// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.cli.Perennial;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The self-test and the environment check in a real browser; pictures are kept in
/// `target/screenshots`.
class SelfTestInTheBrowserTest {
    private static final LocatorAssertions.IsVisibleOptions SOON =
            new LocatorAssertions.IsVisibleOptions().setTimeout(60_000);
    private static final String WRONG = "555123";
    private static final int ROWS = 9;

    @TempDir Path folder;

    private LauncherProcess demo;
    private String agent;
    private String pin;
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
    }

    @AfterEach
    void both_stop() {
        browser.close();
        demo.close();
    }

    private Page opened(BrowserContext person, String path) {
        Page page = person.newPage();
        page.navigate(agent + path);
        assertThat(page.locator("#run")).isVisible(SOON);
        assertThat(page.locator("#start")).isEnabled();
        return page;
    }

    private static void start(Page page, String pin) {
        page.locator("#pin").fill(pin);
        page.locator("#start").click();
    }

    private static String verdict(Page page, int row) {
        return page.locator("tr[data-item='%d']".formatted(row)).getAttribute("data-verdict");
    }

    @Test
    void nine_rows_are_all_v_with_the_right_pin_which_no_request_shows() {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        AtomicReference<String> posted = new AtomicReference<>("");
        person.onRequest(
                request -> posted.updateAndGet(all -> all + request.url() + request.postData()));
        Page page = opened(person, "/selfTest.htm");
        assertThat(page.locator("#items tr")).hasCount(ROWS);
        assertThat(page.locator("#reader option:checked")).containsText("卡號:[");
        for (int row = 1; row <= 5; row++) {
            assertEquals("PASSED", verdict(page, row), page.locator("#items").innerText());
        }
        assertEquals("", verdict(page, 7));
        Browser.look(page, "selftest-zh-1-before");

        page.locator("#pin").fill(pin);
        page.keyboard().press("Enter");
        assertThat(page.locator("#result")).isVisible(SOON);
        assertThat(page.locator("#result")).isFocused();
        for (int row = 1; row <= ROWS; row++) {
            assertEquals("PASSED", verdict(page, row), page.locator("#items").innerText());
        }
        assertThat(page.locator("tr[data-item='8']")).containsText("憑證簽發情形");
        Browser.look(page, "selftest-zh-2-all-v");
        assertFalse(posted.get().contains(pin));
        person.close();
    }

    @Test
    void an_x_says_cause_remedy_and_code_and_the_last_try_waits_for_consent() {
        BrowserContext person = browser.person("en-GB", 390, 844);
        Page page = opened(person, "/selfTest.htm?lang=en");
        start(page, "12");
        assertThat(page.locator("#pin-error")).containsText("6 to 8");
        for (int left = 2; left >= 1; left--) {
            start(page, WRONG);
            assertThat(page.locator("tr[data-item='6'] [data-code='C05']")).isVisible(SOON);
            assertThat(page.locator("#tries")).containsText(String.valueOf(left));
            assertThat(page.locator("#start")).isEnabled();
        }
        Browser.look(page, "selftest-en-1-wrong-pin");
        start(page, pin);
        assertThat(page.locator("#pin-error")).containsText("consent");
        page.locator("#consent").check();
        start(page, WRONG);
        assertThat(page.locator("tr[data-item='6'] [data-code='C06']")).isVisible(SOON);
        assertEquals("NOT_DONE", verdict(page, 7));
        Browser.look(page, "selftest-en-2-locked");
        person.close();
    }

    @Test
    void the_environment_check_works_with_and_without_the_pin_and_gives_a_support_file()
            throws Exception {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        Page page = opened(person, "/check?needs=9.9");
        page.locator("#start").click();
        assertThat(page.locator("#result")).isVisible(SOON);
        assertThat(page.locator("tr[data-item='3'] [data-code='A10']")).isVisible();
        assertEquals("NOT_DONE", verdict(page, 6));
        Browser.look(page, "check-zh-1-component-old");

        page.navigate(agent + "/check");
        assertThat(page.locator("#run")).isVisible(SOON);
        start(page, pin);
        assertThat(page.locator("#result")).hasClass(Pattern.compile("alert--success"));
        for (int item = 1; item <= 12; item++) {
            assertEquals("PASSED", verdict(page, item), page.locator("#items").innerText());
        }
        Browser.look(page, "check-zh-2-all-passed");
        assertThat(page.locator("#bundle")).isEnabled();
        Download saved = page.waitForDownload(() -> page.locator("#bundle").click());
        Path file = folder.resolve("support.zip");
        saved.saveAs(file);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String findings =
                    new String(
                            zip.getInputStream(zip.getEntry("findings.json")).readAllBytes(),
                            StandardCharsets.UTF_8);
            assertTrue(findings.contains("PASSED"));
            assertFalse(findings.contains(pin));
        }
        person.close();
    }

    @Test
    void the_command_finds_the_running_agent_and_its_service_and_says_what_is_missing()
            throws Exception {
        String portal = demo.await(Pattern.compile("(http://localhost:\\d+)/renewal"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code =
                Perennial.run(
                        new String[] {
                            "doctor",
                            "--json",
                            "--home",
                            folder.resolve("home").toString(),
                            "--port",
                            agent.substring(agent.lastIndexOf(':') + 1),
                            "--ra",
                            portal,
                            "--trust",
                            folder.resolve("demo/root.pem").toString(),
                            "--pkcs11",
                            folder.resolve("none.so").toString()
                        },
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.err);
        JsonNode found = JsonMapper.builder().build().readTree(out.toByteArray());
        assertEquals(1, code);
        JsonNode items = found.get("items");
        assertEquals("C28", items.get(2).get("problems").get(0).get("code").asString());
        assertEquals("PASSED", items.get(9).get("verdict").asString(), found::toString);
        assertEquals("PASSED", items.get(10).get("verdict").asString(), found::toString);
    }
}
