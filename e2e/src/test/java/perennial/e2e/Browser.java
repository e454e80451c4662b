// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Debian's Chromium, headless, with nothing fetched from anywhere.
final class Browser implements AutoCloseable {
    static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private static final double PATIENCE_MILLIS = 60_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;

    Browser() {
        this(List.of());
    }

    /// @param more of Chromium's command line
    Browser(List<String> more) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync"));
        line.addAll(more);
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(
                                                Path.of(
                                                        Optional.ofNullable(
                                                                        System.getenv("CHROMIUM"))
                                                                .orElse("/usr/bin/chromium")))
                                        .setArgs(line));
    }

    /// A person's fresh browser profile.
    BrowserContext person(String language, int width, int height) {
        BrowserContext context =
                chromium.newContext(
                        new com.microsoft.playwright.Browser.NewContextOptions()
                                .setLocale(language)
                                .setTimezoneId("Asia/Taipei")
                                .setViewportSize(width, height));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        return context;
    }

    /// Keeps a picture of the page and insists that it is accessible (WCAG 2.2 AA).
    static void look(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(SCREENSHOTS.resolve(name + ".png"))
                        .setFullPage(true));
        var violations =
                new AxeBuilder(page)
                        .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"))
                        .analyze()
                        .getViolations();
        assertEquals(List.of(), violations, () -> name + ": " + violations);
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
