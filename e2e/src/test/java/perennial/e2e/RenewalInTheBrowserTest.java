// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo in a real browser, driven like a person; pictures of every step are kept in
/// `target/screenshots`.
class RenewalInTheBrowserTest {
    private static final LocatorAssertions.IsVisibleOptions SOON =
            new LocatorAssertions.IsVisibleOptions().setTimeout(60_000);

    @TempDir Path folder;

    private LauncherProcess demo;
    private String link;
    private String pin;
    private Browser browser;

    @BeforeEach
    void a_demo_and_a_browser_run() throws Exception {
        browser = new Browser();
        startDemo("0");
    }

    private void startDemo(String cardDelay) throws Exception {
        demo =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--keep",
                        folder.resolve("demo").toString(),
                        "--port",
                        "0",
                        "--agent-port",
                        "0",
                        "--card-delay",
                        cardDelay);
        pin = demo.await(Pattern.compile("PIN\\s+(\\d{6,8})"));
        link = demo.await(Pattern.compile("(http://localhost:\\d+/renewal)"));
    }

    @AfterEach
    void both_stop() {
        browser.close();
        demo.close();
    }

    @Test
    void a_holder_renews_both_certificates_in_chinese() {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        Page page = person.newPage();
        page.navigate(link + "?lang=zh-TW");
        Browser.look(page, "zh-1-start");

        Page window = detect(page);
        assertTrue(
                page.locator("#card option").allTextContents().stream()
                        .anyMatch(text -> text.matches(".+ 卡號:\\[0088\\d{12}]")),
                () -> page.locator("#card").textContent());
        Browser.look(page, "zh-2-card");

        page.locator("#inspect").click();
        Locator certificates = page.locator("#certificates");
        assertThat(certificates).containsText("有效，可以進行展期");
        for (String field :
                new String[] {"憑證主體名稱", "憑證發行者", "憑證序號", "憑證效期", "作業時間", "憑證狀態", "已展期次數"}) {
            assertThat(certificates).containsText(field);
        }
        Browser.look(page, "zh-3-status");

        page.locator("#next").click();
        assertThat(window.locator("#pin")).isVisible(SOON);
        assertThat(window.locator("#pin-tries")).containsText("3");
        Browser.look(window, "zh-4-pin");

        window.locator("#pin").fill(wrongPin());
        window.locator("#pin-submit").click();
        assertThat(window.locator("#pin-error")).containsText("2", contains());
        Browser.look(window, "zh-5-wrong-pin");

        enterPin(window);
        assertThat(page.locator("#success")).containsText("憑證展期成功", contains());
        assertThat(page.locator("#steps li[aria-current=step]")).containsText("完成");
        assertThat(certificates).containsText("完成時間");
        for (String use : new String[] {"SIGNATURE", "ENCRYPTION"}) {
            assertThat(
                            page.locator(
                                    "#certificates article[data-use=%s] [data-field=times]"
                                            .formatted(use)))
                    .containsText("1");
        }
        Browser.look(page, "zh-6-done");
        Browser.look(window, "zh-7-window-done");

        page.reload();
        assertThat(page.locator("#success")).containsText("憑證展期成功", contains());
        person.close();
    }

    @Test
    void closing_the_tab_in_the_middle_loses_nothing_in_english_on_a_narrow_screen() {
        BrowserContext person = browser.person("en-GB", 390, 844);
        AtomicReference<String> posted = new AtomicReference<>("");
        person.onRequest(request -> {
            if (!request.url().contains("/window/api/pin")) {
                posted.updateAndGet(
                        all -> all + request.url() + String.valueOf(request.postData()));
            }
        });
        Page page = person.newPage();
        page.navigate(link + "?lang=en");
        Page window = detect(page);
        page.locator("#inspect").click();
        assertThat(page.locator("#certificates")).containsText("Times renewed");
        Browser.look(page, "en-1-status-narrow");
        page.locator("#next").click();
        assertThat(window.locator("#pin")).isVisible(SOON);
        Browser.look(window, "en-2-pin-narrow");
        enterPin(window);
        page.close();

        Page again = person.newPage();
        again.navigate(link + "?lang=en");
        assertThat(again.locator("#success")).isVisible(SOON);
        Browser.look(again, "en-3-done-narrow");
        assertFalse(posted.get().contains(pin), "the PIN went to somebody else than the agent");
        person.close();
    }

    @Test
    void the_steps_move_as_they_happen_and_the_card_is_to_stay() throws Exception {
        demo.close();
        startDemo("40");
        BrowserContext person = browser.person("en-GB", 1280, 900);
        Page page = person.newPage();
        page.navigate(link + "?lang=en");
        page.evaluate(
                """
                () => {
                  const steps = document.getElementById("steps");
                  window.seen = [];
                  const note = () => {
                    const step = steps.querySelector("li[aria-current=step]")?.dataset.step;
                    if (step !== undefined && window.seen.at(-1) !== step) window.seen.push(step);
                  };
                  note();
                  new MutationObserver(note).observe(steps, {subtree: true, attributes: true, childList: true});
                }
                """);
        Page window = detect(page);
        inspectAndGoOn(page);
        enterPin(window);
        assertThat(page.locator("#card-in-use")).isVisible(SOON);
        Browser.look(page, "en-4-renewing");
        Browser.look(window, "en-5-window-renewing");
        assertThat(page.locator("#success")).isVisible(SOON);
        assertThat(page.locator("#card-in-use")).isHidden();
        assertEquals(
                "[START, REQUEST, SEND, WRITE, DONE]", page.evaluate("window.seen").toString());
        Browser.look(page, "en-6-done");
        person.close();
    }

    @Test
    void a_card_pulled_out_while_it_is_written_is_finished_when_it_is_back() throws Exception {
        demo.close();
        startDemo("40");
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        Page page = person.newPage();
        page.navigate(link + "?lang=zh-TW");
        Page window = detect(page);
        inspectAndGoOn(page);
        enterPin(window);
        assertThat(window.locator("#steps li[aria-current=step]"))
                .hasAttribute(
                        "data-step",
                        "WRITE",
                        new LocatorAssertions.HasAttributeOptions().setTimeout(60_000));
        demo.enter();
        demo.await(Pattern.compile("out of the reader"));
        assertThat(window.locator("#problem")).hasAttribute("data-code", "C04");
        assertThat(page.locator("#problem")).hasAttribute("data-code", "C04");
        Browser.look(page, "zh-9-card-pulled");
        Browser.look(window, "zh-10-window-card-pulled");

        demo.enter();
        demo.await(Pattern.compile("in the reader"));
        window.locator("#retry").click();
        assertThat(window.locator("#pin-tries")).containsText("3", contains());
        enterPin(window);
        assertThat(page.locator("#success")).containsText("憑證展期成功", contains());
        for (String use : new String[] {"SIGNATURE", "ENCRYPTION"}) {
            assertThat(
                            page.locator(
                                    "#certificates article[data-use=%s] [data-field=times]"
                                            .formatted(use)))
                    .containsText("1");
        }
        person.close();
    }

    /// The page is opened again when the registration authority has not heard of the work, and asks
    /// next when all is done.
    @Test
    void a_page_opened_again_before_the_work_began_shows_its_end() {
        BrowserContext person = browser.person("en-GB", 1280, 900);
        Page page = person.newPage();
        page.navigate(link + "?lang=en");
        Page window = detect(page);
        inspectAndGoOn(page);
        assertThat(window.locator("#pin")).isVisible(SOON);
        page.close();

        Page again = person.newPage();
        AtomicInteger asked = new AtomicInteger();
        again.route(
                "**/api/renewals/current",
                route -> {
                    if (asked.getAndIncrement() == 1) {
                        enterPin(window);
                        assertThat(window.locator("#success")).isVisible(SOON);
                    }
                    route.resume();
                });
        again.navigate(link + "?lang=en");
        assertThat(again.locator("#success")).isVisible(SOON);
        assertTrue(asked.get() >= 2, asked::toString);
        person.close();
    }

    @Test
    void without_an_agent_the_page_says_what_to_install() throws Exception {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        Page page = person.newPage();
        page.route(
                url -> url.endsWith("/renewal?lang=zh-TW"),
                route -> {
                    var answer = route.fetch();
                    route.fulfill(
                            new com.microsoft.playwright.Route.FulfillOptions()
                                    .setResponse(answer)
                                    .setBody(
                                            answer.text()
                                                    .replaceAll(
                                                            "http://localhost:(?!"
                                                                    + port()
                                                                    + ")\\d+",
                                                            "http://localhost:9")));
                });
        page.navigate(link + "?lang=zh-TW");
        page.locator("#detect").click();
        assertThat(page.locator("#problem")).hasAttribute("data-code", "A04");
        assertTrue(
                page.getByRole(AriaRole.LINK).allTextContents().stream()
                        .anyMatch(t -> t.contains("安裝")));
        Browser.look(page, "zh-8-agent-missing");
        person.close();
    }

    @Test
    void the_pin_is_in_no_file_of_the_demo() throws Exception {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        Page page = person.newPage();
        page.navigate(link + "?lang=zh-TW");
        Page window = detect(page);
        inspectAndGoOn(page);
        enterPin(window);
        assertThat(page.locator("#success")).isVisible(SOON);
        assertFalse(demo.arguments().contains(pin));
        try (Stream<Path> files = Files.walk(folder.resolve("demo"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean card = file.getFileName().toString().startsWith("card");
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertEquals(false, !card && content.contains(pin), file::toString);
            }
        }
        person.close();
    }

    private static void inspectAndGoOn(Page page) {
        page.locator("#inspect").click();
        page.locator("#next").click();
    }

    private void enterPin(Page window) {
        window.locator("#pin").fill(pin);
        window.locator("#pin-submit").click();
    }

    private Page detect(Page page) {
        Page window = page.waitForPopup(() -> page.locator("#detect").click());
        try {
            assertThat(page.locator("#inspect"))
                    .isEnabled(new LocatorAssertions.IsEnabledOptions().setTimeout(60_000));
        } catch (AssertionError e) {
            throw new AssertionError(
                    "%s%npage: %s%nwindow %s: %s%ndemo:%n%s"
                            .formatted(
                                    e.getMessage(),
                                    page.locator("main").innerText(),
                                    window.url(),
                                    window.isClosed()
                                            ? "closed"
                                            : window.locator("main").innerText(),
                                    demo.output()),
                    e);
        }
        return window;
    }

    private String port() {
        return link.replaceAll(".*:(\\d+)/.*", "$1");
    }

    private String wrongPin() {
        return new StringBuilder(pin).reverse().toString();
    }

    private static LocatorAssertions.ContainsTextOptions contains() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);
    }
}
