// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A portal on a public https origin and an agent at localhost, in both browsers: the window needs
/// no permission, where a page's fetch would.
class PublicOriginTest {
    private static final String HOST = "ra.example.test";
    private static final LocatorAssertions.IsVisibleOptions SOON =
            new LocatorAssertions.IsVisibleOptions().setTimeout(60_000);

    /// Under its newer name, else under its first.
    private static final String PERMISSION =
            """
            (async () => {
              for (const name of ["loopback-network", "local-network-access"]) {
                const state = await navigator.permissions.query({name}).then(p => p.state, () => null);
                if (state !== null) return state;
              }
              return "unknown";
            })()
            """;

    @TempDir Path folder;

    private TlsFront front;
    private LauncherProcess demo;
    private String agent;
    private String pin;
    private String link;

    @BeforeEach
    void a_portal_stands_behind_tls() throws Exception {
        front = new TlsFront(folder, HOST);
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
                        "--public-address",
                        "https://%s:%d".formatted(HOST, front.port()));
        front.leadTo(
                Integer.parseInt(demo.await(Pattern.compile("OCSP\\s+http://localhost:(\\d+)"))));
        agent = demo.await(Pattern.compile("agent\\s+(http://localhost:\\d+)"));
        pin = demo.await(Pattern.compile("PIN\\s+(\\d{6,8})"));
        link = demo.await(Pattern.compile("(https://\\S+/renewal)"));
    }

    @AfterEach
    void all_stop() {
        demo.close();
        front.close();
    }

    @Test
    void chromium_renews_without_a_permission_that_a_fetch_would_need() throws Exception {
        try (Browser browser =
                new Browser(
                        List.of(
                                "--host-resolver-rules=MAP %s 127.0.0.1".formatted(HOST),
                                "--ip-address-space-overrides=127.0.0.1:%d=public"
                                        .formatted(front.port()),
                                "--ignore-certificate-errors-spki-list=" + front.keyHash()))) {
            BrowserContext person = browser.person("zh-TW", 1280, 900);
            Page page = person.newPage();
            page.navigate(link + "?lang=zh-TW");
            assertEquals(true, page.evaluate("isSecureContext"));
            assertTrue(
                    Set.of("prompt", "denied").contains(page.evaluate(PERMISSION)),
                    "nobody has granted it the local network");
            Page window = page.waitForPopup(() -> page.locator("#detect").click());
            assertThat(page.locator("#inspect"))
                    .isEnabled(new LocatorAssertions.IsEnabledOptions().setTimeout(60_000));
            page.locator("#inspect").click();
            page.locator("#next").click();
            assertThat(window.locator("#pin")).isVisible(SOON);
            Browser.look(window, "zh-14-public-origin-pin");
            window.locator("#pin").fill(pin);
            window.locator("#pin-submit").click();
            assertThat(page.locator("#success")).isVisible(SOON);
            assertThat(page.locator("#success")).containsText("憑證展期成功");
            Browser.look(page, "zh-15-public-origin-chromium");
            assertEquals(
                    "blocked",
                    page.evaluate(
                            "address => Promise.race([fetch(address, {mode: 'no-cors'})"
                                    + ".then(() => 'read', () => 'blocked'),"
                                    + " new Promise(r => setTimeout(r, 3000, 'blocked'))])",
                            agent + "/window"),
                    "a fetch is not let through");
            person.close();
        }
    }

    @Test
    void firefox_renews_in_the_same_way() throws Exception {
        try (Firefox firefox = Firefox.start(folder.resolve("firefox"), HOST)) {
            firefox.open(link + "?lang=zh-TW");
            String page = firefox.window();
            firefox.click("#detect");
            Eventually.holds("the agent's window is there", () -> firefox.windows().size() == 2);
            String window =
                    firefox.windows().stream()
                            .filter(w -> !w.equals(page))
                            .findFirst()
                            .orElseThrow();
            Eventually.holds(
                    "a card was found",
                    () ->
                            firefox.run("return !document.querySelector('#inspect').disabled")
                                    .asBoolean());
            firefox.click("#inspect");
            firefox.click("#next");
            firefox.switchTo(window);
            Eventually.holds("the PIN is asked for", () -> firefox.shows("#pin"));
            firefox.type("#pin", pin);
            firefox.click("#pin-submit");
            firefox.switchTo(page);
            Eventually.holds("it says that it is done", () -> firefox.shows("#success"));
            String told =
                    firefox.run("return document.querySelector('#success').textContent").asString();
            assertTrue(told.contains("憑證展期成功"), told);
            firefox.picture("zh-16-public-origin-firefox");
        }
    }
}
