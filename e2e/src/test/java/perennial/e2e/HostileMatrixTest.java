// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
            Set.of(
                    "heard " + text("{\"func\":\"getTbs\"}"),
                    "heard " + text("{\"func\":\"CMCAtn\"}"),
                    "heard " + text("{\"ret_code\":1979711503}"));

    @TempDir static Path folder;

    private static final List<String> TABLE = new ArrayList<>();
    private static final SecureRandom RANDOM = new SecureRandom();

    private static VirtualCard card;
    private static CountedReaders readers;
    private static Agent agent;
    private static HostileSite site;
    private static HostileSite friend;
    private static int closedPort;
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
        closedPort = freePort();
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

        /// Begins a shape against a port of this computer.
        void attempt(String shape, int port);

        /// What it saw; empty while it is still at it.
        String seen();

        List<String> shapes();

        /// Closes what the shape left open.
        void tidy();
    }

    private static int port() {
        return agent.port().orElseThrow();
    }

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

    private static String call(String shape, int port) {
        return "attempt(%s, \"http://localhost:%d\", %d)".formatted(text(shape), port, port);
    }

    private record InChromium(BrowserContext context, Page page) implements Actor {
        @Override
        public void open(String address) {
            page.navigate(address);
        }

        @Override
        public void attempt(String shape, int port) {
            page.evaluate(call(shape, port));
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
        public void attempt(String shape, int port) {
            firefox.run(call(shape, port));
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

    /// A program that speaks HTTP by hand: what is refused is refused in the same octets, or the
    /// connection ends.
    @Test
    void raw_sockets_reach_no_card_and_learn_nothing() throws IOException {
        String refusal = RawShapes.sent(port(), "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        assertTrue(refusal.startsWith("HTTP/1.1 403 "), refusal);
        List<String> wrong = new ArrayList<>();
        for (RawShapes.Shape shape : RawShapes.all(port())) {
            int before = readers.opened();
            String answer = RawShapes.sent(port(), shape.octets());
            int contacts = readers.opened() - before;
            String seen = answer.equals(refusal) ? "403" : answer.isEmpty() ? "closed" : answer;
            record("socket", shape.name(), seen.lines().findFirst().orElse(""), contacts);
            if (contacts != 0 || !Set.of("403", "closed").contains(seen)) {
                wrong.add("%s: %s".formatted(shape.name(), seen));
            }
        }
        assertEquals(List.of(), wrong);
    }

    /// Another person at the same computer. Only root can become somebody else: without that, the
    /// listener's own test asks about a foreign user.
    @Test
    void another_user_of_this_computer_reaches_nothing() throws Exception {
        if (!System.getProperty("user.name").equals("root")) {
            return;
        }
        int before = readers.opened();
        Process other =
                new ProcessBuilder(
                                "setpriv",
                                "--reuid=65534",
                                "--clear-groups",
                                "curl",
                                "-s",
                                "-S",
                                "-m",
                                "20",
                                "http://localhost:%d/window".formatted(port()))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertNotEquals(0, other.waitFor(), said);
        record("another user", "GET /window", "closed", readers.opened() - before);
        assertEquals(before, readers.opened());
    }

    /// From another site and from another port of this one, which browsers call the same site.
    private static void tryAll(String name, Actor actor) {
        List<String> wrong = new ArrayList<>();
        for (String host : List.of("127.0.0.1", "localhost")) {
            String page = "http://%s:%d/".formatted(host, site.port());
            actor.open(page);
            for (String shape : actor.shapes()) {
                int before = readers.opened();
                String seen = tried(actor, page, shape, port());
                int contacts = readers.opened() - before;
                record(name + " from " + host, shape, seen, contacts);
                if (contacts != 0
                        || !(INNOCENT.contains(seen)
                                || DIALECT.contains(seen)
                                || seen.equals(tried(actor, page, shape, closedPort)))) {
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
        for (String shape :
                List.of("window: detect, read, renew", "dialect: a message without consent")) {
            int before = readers.opened();
            Eventually.holds(
                    "a card is read for the site that is allowed: " + shape,
                    () -> {
                        String heard = tried(actor, page, shape, port());
                        return heard.startsWith("heard ") && readers.opened() > before;
                    });
        }
    }

    private static String tried(Actor actor, String page, String shape, int port) {
        actor.open(page);
        actor.attempt(shape, port);
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
