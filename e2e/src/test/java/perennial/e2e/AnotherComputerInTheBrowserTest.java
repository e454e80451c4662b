// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.agent.renewal.FileJournal;
import perennial.agent.renewal.RenewalJournal;
import perennial.core.renewal.Renewal;

/// The first computer dies before the authority knows that the card has its certificate, and takes
/// its journal with it. Another one, with a browser that was never here, finishes from the page.
class AnotherComputerInTheBrowserTest {
    private static final double SOON = 60_000;

    @TempDir Path folder;

    /// The signature certificate is on the card and nobody knows; the other is still to be written,
    /// or not even asked for.
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"renewal", "re-key"})
    void a_holder_finishes_on_another_computer_from_the_page(String policy) throws Exception {
        Path home = folder.resolve("demo");
        try (LauncherProcess first =
                start(home, "--policy", policy, "--headless", "--card-delay", "100")) {
            first.await(Pattern.compile("step 1/2 WRITE"));
            RenewalJournal journal = new FileJournal(home.resolve("agent"));
            Eventually.holds("a certificate is on the card", () -> isInstalled(journal));
            first.kill();
            assertTrue(isInstalled(journal), "and nobody has confirmed it");
        }
        delete(home.resolve("agent"));
        try (LauncherProcess demo = start(home);
                Browser browser = new Browser()) {
            String pin = demo.await(Pattern.compile("PIN\\s+(\\d{6,8})"));
            String link = demo.await(Pattern.compile("(http://localhost:\\d+/renewal)"));
            BrowserContext person = browser.person("zh-TW", 1280, 900);
            Page page = person.newPage();
            page.navigate(link + "?lang=zh-TW");
            finish(page, pin);
            person.close();
        }
    }

    private static boolean isInstalled(RenewalJournal journal) {
        return journal.cards().stream()
                .flatMap(card -> journal.of(card).stream())
                .anyMatch(renewal -> renewal.renewal() instanceof Renewal.Unconfirmed);
    }

    private static void finish(Page page, String pin) {
        Page window = page.waitForPopup(() -> page.locator("#detect").click());
        assertThat(page.locator("#inspect"))
                .isEnabled(new LocatorAssertions.IsEnabledOptions().setTimeout(SOON));
        page.locator("#inspect").click();
        Locator article = page.locator("#certificates article[data-use=SIGNATURE]");
        assertThat(article).containsText("展期尚未完成");
        assertThat(article).containsText("新憑證已簽發，尚未確認寫入卡片");
        assertThat(article.locator("[data-field=reason]")).isHidden();
        assertThat(page.locator("#next")).isHidden();
        assertThat(page.locator("#continue")).hasText("繼續未完成的展期");
        Browser.look(page, "zh-11-another-computer");

        page.locator("#continue").click();
        assertThat(window.locator("#pin"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(SOON));
        window.locator("#pin").fill(pin);
        window.locator("#pin-submit").click();
        assertThat(page.locator("#success"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(SOON));
        for (String use : List.of("SIGNATURE", "ENCRYPTION")) {
            assertThat(
                            page.locator(
                                    "#certificates article[data-use=%s] [data-field=times]"
                                            .formatted(use)))
                    .containsText("1");
        }
        Browser.look(page, "zh-12-another-computer-done");
    }

    private static LauncherProcess start(Path home, String... more) {
        List<String> fixed =
                List.of("demo", "--keep", home.toString(), "--port", "0", "--agent-port", "0");
        return LauncherProcess.start(
                Map.of(), Stream.concat(fixed.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private static void delete(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        assertTrue(files.size() > 1, "there was a journal");
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
