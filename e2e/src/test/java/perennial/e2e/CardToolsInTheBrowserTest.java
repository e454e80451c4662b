// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
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

    @TempDir Path folder;

    private LauncherProcess demo;
    private String agent;
    private String pin;
    private String puk;
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
        if (page.locator("#unlock-risk").isVisible()) {
            page.locator("#unlock-consent").check();
        }
        fill(page, "unlock", puk, NEW_PIN, NEW_PIN);
        assertThat(page.locator("#success")).isVisible(SOON);
        Browser.look(page, "tools-en-4-unlocked");

        demo.enter();
        assertThat(page.locator("#no-card")).isVisible(SOON);
        Browser.look(page, "tools-en-5-no-card");
        demo.enter();
        assertThat(page.locator("#tabs")).isVisible(SOON);
        assertTrue(page.locator("#unlock-current").inputValue().isEmpty());
        person.close();
    }
}
