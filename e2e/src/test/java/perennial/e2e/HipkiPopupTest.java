// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.agent.consent.Consented;
import perennial.agent.consent.Consents;
import perennial.agent.consent.DialectSwitch;
import perennial.agent.consent.Origin;
import perennial.agent.hipki.HipkiService;
import perennial.agent.http.Limits;
import perennial.agent.http.Listener;
import perennial.agent.http.Peers;
import perennial.agent.renewal.CardLocks;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.renewal.FileJournal;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.PinPolicy;
import perennial.agent.tools.UnlockTools;
import perennial.card.piv.PivReaders;
import perennial.core.certificate.CardNumber;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// An old site in a real Chromium, on an origin of its own, with the dialect's popup before a card
/// in the simulator. The site uses popups alone, no call to another origin (checklist 1 and 13).
class HipkiPopupTest {
    /// What pages of the field do: the greeting within their shortest time, then one answer.
    private static final String OLD_PAGE =
            """
            <!DOCTYPE html><meta charset="utf-8"><title>Old site</title>
            <button id="check">check</button><button id="pin">pin</button>
            <button id="domain">domain</button><pre id="told"></pre><pre id="wait"></pre>
            <script>
            const told = (text) => { document.getElementById("told").textContent = text; };
            function ask(request) {
              const begun = performance.now();
              const popup = window.open("AGENT/popupForm", "popup", "height=700,width=560");
              const hear = (event) => {
                if (event.origin !== "AGENT") return;
                const answer = JSON.parse(event.data);
                if (answer.func === "getTbs") {
                  document.getElementById("wait").textContent = String(performance.now() - begun);
                  popup.postMessage(JSON.stringify(request), "*");
                } else {
                  removeEventListener("message", hear);
                  told(event.data);
                }
              };
              addEventListener("message", hear);
            }
            document.getElementById("check").onclick = () => ask({func: "GetUserCert"});
            document.getElementById("pin").onclick = () => ask({func: "changeUserPINCode",
              readername: "", cardid: "", currentPIN: "111111", newpin: "222222"});
            document.getElementById("domain").onclick = () => {
              addEventListener("message", (event) => told(event.data));
              window.open("AGENT/addDomain?domain=localhost", "domain", "height=600,width=560");
            };
            </script>
            """;

    private @TempDir Path folder;
    private final SecureRandom random = new SecureRandom();
    private final Set<Origin> allowed = new HashSet<>();
    private Listener agent;
    private HttpServer site;
    private Browser browser;
    private Page page;

    private final Consents consents =
            new Consents() {
                @Override
                public boolean allows(Origin origin) {
                    return allowed.contains(origin);
                }

                @Override
                public boolean mayBringPin(Origin origin) {
                    return false;
                }

                @Override
                public List<Consented> all() {
                    return List.of();
                }

                @Override
                public void allow(Origin origin) {
                    allowed.add(origin);
                }

                @Override
                public void revoke(Origin origin) {
                    allowed.remove(origin);
                }
            };

    @BeforeEach
    void an_agent_an_old_site_and_a_browser_run() throws IOException {
        VirtualReaders readers = new VirtualReaders(1);
        readers.insert(
                VirtualReaders.name(0),
                VirtualCard.create(
                        new Personalisation(
                                new CardNumber("0088000000000001"),
                                "582913".toCharArray(),
                                "87350218".toCharArray()),
                        random));
        agent = Listener.open(0, Limits.ORDINARY, Peers.thisUser());
        agent.serve(List.of(dialect(readers)));
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        byte[] html =
                OLD_PAGE.replace("AGENT", "http://localhost:" + agent.port())
                        .getBytes(StandardCharsets.UTF_8);
        site.createContext(
                "/",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
                    exchange.sendResponseHeaders(200, html.length);
                    exchange.getResponseBody().write(html);
                    exchange.close();
                });
        site.start();
        browser = new Browser();
        page = browser.person("zh-TW", 1000, 700).newPage();
        page.navigate("http://localhost:%d/".formatted(site.getAddress().getPort()));
    }

    private HipkiService dialect(VirtualReaders readers) {
        CardRenewals renewals =
                new CardRenewals(
                        new PivReaders(readers, random),
                        new FileJournal(folder),
                        new CardLocks(folder),
                        Map.of(),
                        new CardRenewals.Timing(Clock.systemUTC(), Thread::sleep),
                        random);
        CardTools tools = new CardTools(renewals::open, PinPolicy.STANDARD, Clock.systemUTC());
        return new HipkiService(
                HipkiService.Settings.ORDINARY,
                new HipkiService.Engines(
                        renewals,
                        tools,
                        new UnlockTools(tools, folder, List.of(), Clock.systemUTC(), random),
                        List.of()),
                consents,
                new DialectSwitch() {
                    @Override
                    public boolean on() {
                        return true;
                    }

                    @Override
                    public void turn(boolean on) {
                        throw new UnsupportedOperationException();
                    }
                },
                Clock.systemUTC(),
                random);
    }

    @AfterEach
    void all_stop() {
        browser.close();
        site.stop(0);
        agent.close();
    }

    private Page open(String button) {
        return page.waitForPopup(() -> page.locator(button).click());
    }

    @Test
    void an_old_site_is_asked_about_once_and_gets_its_answer() {
        Page popup = open("#check");
        assertThat(popup.locator("#consent-origin")).containsText("http://localhost:");
        Browser.look(popup, "hipki-consent");
        popup.locator("#allow").click();
        assertThat(page.locator("#told")).containsText("0088000000000001");
        assertEquals(1, allowed.size());
    }

    @Test
    void the_pin_is_typed_in_the_popup_whatever_the_page_sends() {
        allowed.add(new Origin("http://localhost:" + site.getAddress().getPort()));
        Page popup = open("#pin");
        assertThat(popup.locator("#pin-tries")).containsText("3");
        Browser.look(popup, "hipki-pin");
        popup.locator("#pin").fill("999999");
        popup.locator("#new").fill("739152");
        popup.locator("#again").fill("739152");
        popup.locator("#submit").click();
        assertThat(popup.locator("#pin-error")).containsText("2");
        Browser.look(popup, "hipki-wrong-pin");
        popup.locator("#pin").fill("582913");
        popup.locator("#new").fill("739152");
        popup.locator("#again").fill("739152");
        popup.locator("#submit").click();
        assertThat(page.locator("#told")).containsText("\"ret_code\":0");
    }

    @Test
    void a_site_is_added_by_its_holder_in_our_own_window() {
        Page window = open("#domain");
        assertThat(window.locator("#origin")).containsText("http://localhost:");
        Browser.look(window, "hipki-add-domain");
        window.locator("#allow").click();
        assertThat(page.locator("#told")).containsText("{\"ret_code\":0}");
        assertEquals(
                Set.of(new Origin("http://localhost:" + site.getAddress().getPort())), allowed);
    }
}
