// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.agent.Agent;
import perennial.agent.AgentSettings;
import perennial.agent.RaTrust;
import perennial.agent.consent.ConsentFiles;
import perennial.agent.consent.Origin;
import perennial.card.piv.PivReaders;
import perennial.core.certificate.CardNumber;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;
import tools.jackson.databind.json.JsonMapper;

/// Everything that a hostile page or program was thought of to try at the agent's port, by real
/// actors: none of it reaches a card, and none but the dialect's own pages tell a page that there
/// is an agent. The table is kept in `target/hostile-matrix.txt`.
class HostileMatrixTest {
    /// What a page sees where nobody listens; `sent` where it cannot see anything by its nature.
    private static final Set<String> INNOCENT = Set.of("nothing", "sent", "blocked");

    /// The dialect greets whoever opened its popup, and refuses by a number: older pages need it.
    private static final Set<String> DIALECT =
            Set.of("heard " + text("{\"func\":\"getTbs\"}"), "heard " + text("{\"func\":\"CMCAtn\"}"),
                    "heard " + text("{\"ret_code\":1979711503}"));

    @TempDir static Path folder;

    private static final List<String> TABLE = new ArrayList<>();
    private static final SecureRandom RANDOM = new SecureRandom();

    private static VirtualCard card;
    private static CountedReaders readers;
    private static Agent agent;
    private static HostileSite site;
    private static HostileSite friend;
    private static int shapes;

    @BeforeAll
    static void an_agent_with_a_card_runs_beside_a_hostile_site() throws IOException {
        card =
                VirtualCard.create(
                        new Personalisation(
                                new CardNumber("0088000000000001"),
                                "582913".toCharArray(),
                                "87350218".toCharArray()),
                        RANDOM);
        VirtualReaders virtual = new VirtualReaders(1);
        virtual.insert(VirtualReaders.name(0), card);
        readers = new CountedReaders(new PivReaders(virtual, RANDOM));
        int port = freePort();
        site = new HostileSite("http://localhost:" + port);
        friend = new HostileSite("http://localhost:" + port);
        URI trusted = URI.create("http://localhost:" + friend.port());
        agent =
                Agent.start(
                        new AgentSettings(
                                port,
                                folder.resolve("agent"),
                                List.of(new RaTrust(trusted, trusted.resolve("/cmp"), List.of()))),
                        readers,
                        Clock.systemUTC(),
                        RANDOM);
        new ConsentFiles(folder.resolve("agent"), List.of(), Clock.systemUTC())
                .allow(new Origin(trusted.toString()));
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @AfterAll
    static void all_end_and_the_table_is_kept() throws IOException {
        agent.close();
        site.close();
        friend.close();
        TABLE.add("hostile: %d shapes, card contacts 0".formatted(shapes));
        Files.write(Path.of("target", "hostile-matrix.txt"), TABLE);
        TABLE.forEach(System.out::println);
    }

    /// A page in some browser.
    private interface Actor {
        void open(String address);

        /// Begins a shape.
        void attempt(String shape);

        /// What it saw; empty while it is still at it.
        String seen();

        List<String> shapes();

        /// Closes what the shape left open.
        void tidy();
    }

    private static int port() {
        return agent.port().orElseThrow();
    }

    private static final String ATTEMPT = "attempt(%s, \"http://localhost:%d\", %d)";
    private static final String SEEN = "document.documentElement.dataset.seen ?? \"\"";
    private static final String SHAPES = "document.documentElement.dataset.shapes";

    private static String text(String json) {
        return new JsonMapper().writeValueAsString(json);
    }

    private static List<String> list(String json) {
        return StreamSupport.stream(new JsonMapper().readTree(json).spliterator(), false)
                .map(node -> node.asString())
                .toList();
    }

    private static String call(String shape) {
        return ATTEMPT.formatted(text(shape), port(), port());
    }

    private record InChromium(BrowserContext context, Page page) implements Actor {
        @Override
        public void open(String address) {
            page.navigate(address);
        }

        @Override
        public void attempt(String shape) {
            page.evaluate(call(shape));
        }

        @Override
        public String seen() {
            return (String) page.evaluate(SEEN);
        }

        @Override
        public List<String> shapes() {
            return list((String) page.evaluate(SHAPES));
        }

        @Override
        public void tidy() {
            context.pages().stream().filter(p -> !p.equals(page)).forEach(Page::close);
        }
    }

    private record InFirefox(Firefox firefox, String window) implements Actor {
        @Override
        public void open(String address) {
            firefox.open(address);
        }

        @Override
        public void attempt(String shape) {
            firefox.run(call(shape));
        }

        @Override
        public String seen() {
            return firefox.run("return " + SEEN).asString();
        }

        @Override
        public List<String> shapes() {
            return list(firefox.run("return " + SHAPES).asString());
        }

        @Override
        public void tidy() {
            firefox.closeAllBut(window);
        }
    }

    @Test
    void chromium_reaches_no_card() {
        try (Browser browser = new Browser(List.of("--disable-popup-blocking"))) {
            BrowserContext context = browser.person("zh-TW", 900, 700);
            tryAll("chromium", new InChromium(context, context.newPage()));
        }
    }

    @Test
    void firefox_reaches_no_card() throws IOException {
        try (Firefox firefox = Firefox.start(folder.resolve("firefox"), "")) {
            tryAll("firefox", new InFirefox(firefox, firefox.window()));
        }
    }

    /// From another site and from another port of this one, which browsers call the same site.
    private static void tryAll(String name, Actor actor) {
        List<String> wrong = new ArrayList<>();
        for (String host : List.of("127.0.0.1", "localhost")) {
            String page = "http://%s:%d/".formatted(host, site.port());
            actor.open(page);
            for (String shape : actor.shapes()) {
                int before = readers.opened();
                String seen = tried(actor, page, shape);
                int contacts = readers.opened() - before;
                record(name + " from " + host, shape, seen, contacts);
                if (contacts != 0 || !(INNOCENT.contains(seen) || DIALECT.contains(seen))) {
                    wrong.add("%s %s: %s, card contacts %d".formatted(host, shape, seen, contacts));
                }
            }
        }
        assertEquals(List.of(), wrong);
        tryAsFriend(actor);
    }

    /// The same shapes by a site that the holder allowed: so that "no contact" means something.
    private static void tryAsFriend(Actor actor) {
        String page = "http://localhost:%d/".formatted(friend.port());
        int before = readers.opened();
        String heard = tried(actor, page, "window: detect, read, renew");
        assertTrue(heard.contains("\"type\":\"ready\""), heard);
        assertTrue(readers.opened() > before, "the card was read for the portal");
        before = readers.opened();
        heard = tried(actor, page, "dialect: a message without consent");
        assertTrue(heard.contains("getTbs"), heard);
        assertTrue(readers.opened() > before, "the card was read for the allowed site");
    }

    private static String tried(Actor actor, String page, String shape) {
        actor.open(page);
        actor.attempt(shape);
        String[] seen = {""};
        Eventually.holds(
                shape + " comes to an end",
                () -> {
                    seen[0] = actor.seen();
                    return !seen[0].isEmpty();
                });
        actor.tidy();
        return seen[0];
    }

    private static void record(String actor, String shape, String seen, int contacts) {
        shapes++;
        TABLE.add("%-26s | %-52s | %-40s | %d".formatted(actor, shape, seen, contacts));
    }
}
