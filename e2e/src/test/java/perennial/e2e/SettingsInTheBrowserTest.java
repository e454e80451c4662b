// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.agent.consent.ConsentFiles;
import perennial.agent.consent.Origin;

/// What a holder allowed, seen and taken back on the agent's settings page, by keyboard.
class SettingsInTheBrowserTest {
    private static final Origin SITE = new Origin("https://old.example.test");
    private static final Origin OTHER = new Origin("https://tax.example.test:8443");

    @TempDir Path folder;

    private LauncherProcess demo;
    private String agent;
    private ConsentFiles consents;
    private Browser browser;

    @BeforeEach
    void an_agent_runs_whose_holder_allowed_two_sites() throws Exception {
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
        demo.await(Pattern.compile("^Open "));
        consents =
                new ConsentFiles(
                        folder.resolve("demo").resolve("agent"), List.of(), Clock.systemUTC());
        consents.allow(SITE);
        consents.allow(OTHER);
    }

    @AfterEach
    void both_stop() {
        browser.close();
        demo.close();
    }

    @Test
    void a_permission_is_seen_and_taken_back_and_old_pages_are_switched_off() {
        BrowserContext person = browser.person("zh-TW", 1000, 900);
        Page page = person.newPage();
        page.navigate(agent + "/settings");
        Locator site = page.locator("#sites li[data-origin='%s']".formatted(SITE.text()));
        assertThat(site).containsText(SITE.text());
        assertThat(page.locator("#dialect")).isChecked();
        Browser.look(page, "zh-17-settings");

        site.locator("button").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#status")).containsText(SITE.text());
        assertThat(page.locator("#sites li")).hasCount(1);
        assertFalse(consents.allows(SITE), "at once, and for the next start");
        assertTrue(consents.allows(OTHER));

        assertEquals(200, answer(person));
        page.locator("#dialect").focus();
        page.keyboard().press("Space");
        assertThat(page.locator("#status")).not().isEmpty();
        assertEquals(403, answer(person), "old pages are not answered");
        Browser.look(page, "zh-18-settings-changed");
        page.reload();
        assertThat(page.locator("#dialect")).not().isChecked();
        page.locator("#dialect").focus();
        page.keyboard().press("Space");
        assertThat(page.locator("#status")).not().isEmpty();
        assertEquals(200, answer(person));

        page.navigate(agent + "/settings?lang=en");
        assertThat(page.locator("h1")).hasText("Settings");
        assertThat(page.locator("#sites")).containsText(OTHER.text());
        Browser.look(page, "en-7-settings");
        person.close();
    }

    private int answer(BrowserContext person) {
        return person.request().get(agent + "/popupForm").status();
    }
}
