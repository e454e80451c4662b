// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.piv.PivCards;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.Ticket;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// A whole renewal by the real agent, its card in another process behind pcscd; then the PIN is
/// searched in everything that the agent left, its memory included.
class PinTraceTest {
    private static final Canary CANARY = new Canary("Zq7#k^W~");

    /// Known to be in the agent: the name of its folder.
    private static final Canary PLANTED = new Canary("Jx4=vQ+m");

    private static final String KEPT_PIN = "246810";
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path folder;

    private LauncherProcess demo;
    private PcscDaemon pcscd;
    private LauncherProcess card;
    private Tap tap;
    private Ticket ticket;

    @BeforeEach
    void authority_and_card_run_in_processes_of_their_own() throws Exception {
        Path home = folder.resolve("demo");
        demo =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--keep",
                        home.toString(),
                        "--port",
                        "0",
                        "--agent-port",
                        "0");
        String portal = demo.await(Pattern.compile("http://localhost:(\\d+)/renewal"));
        tap = new Tap(Integer.parseInt(portal));
        ticket = takeCard(home.resolve("card.state"), folder.resolve("card").resolve("state"));
        pcscd = PcscDaemon.start(Files.createDirectories(folder.resolve("pcscd")));
        card =
                LauncherProcess.start(
                        Map.of(),
                        "virtual-card",
                        "--card",
                        folder.resolve("card").resolve("state").toString(),
                        "--vpcd",
                        "127.0.0.1:" + pcscd.vpcd(0).getPort());
        card.await(Pattern.compile("the card is in the reader"));
    }

    /// The demo's card, with the canary for its PIN.
    private static Ticket takeCard(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
        VirtualReaders readers = new VirtualReaders(1);
        List<Ticket.Entry> entries = new ArrayList<>();
        try (VirtualCard card = VirtualCard.open(to, RANDOM)) {
            readers.insert(VirtualReaders.name(0), card);
            try (CardSession session = PivCards.open(readers.list().getFirst());
                    Pin kept = Pin.of(KEPT_PIN.toCharArray());
                    Pin canary = Pin.of(CANARY.pin().toCharArray())) {
                assertEquals(new PinOutcome.Verified(), session.changePin(kept, canary));
                for (KeySlot slot : List.of(KeySlot.DIGITAL_SIGNATURE, KeySlot.KEY_MANAGEMENT)) {
                    entries.add(
                            new Ticket.Entry(
                                    RenewalId.random(RANDOM),
                                    session.certificate(slot).orElseThrow().serialNumber()));
                }
            }
        }
        return new Ticket(entries);
    }

    @AfterEach
    void all_of_them_end() {
        for (AutoCloseable part : Stream.of(card, pcscd, tap, demo).toList()) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Test
    void a_pin_typed_in_the_agents_page_is_nowhere_afterwards() throws Exception {
        try (LauncherProcess agent =
                        LauncherProcess.start(options(), arguments("agent", "--port", "0"));
                Browser browser = new Browser()) {
            String window = agent.await(Pattern.compile("(http://localhost:\\d+)")) + "/window";
            BrowserContext person = browser.person("en-GB", 1280, 900);
            ByteArrayOutputStream exchanged = new ByteArrayOutputStream();
            person.onRequestFinished(request -> keep(exchanged, request));
            Page page = person.newPage();
            page.route(
                    ra() + "/holder",
                    route ->
                            route.fulfill(
                                    new Route.FulfillOptions()
                                            .setContentType("text/html")
                                            .setBody("<!DOCTYPE html><title>RA</title>")));
            page.navigate(ra() + "/holder");
            Page pinWindow = page.waitForPopup(() -> openWindow(page, window));
            LocatorAssertions.IsVisibleOptions soon =
                    new LocatorAssertions.IsVisibleOptions().setTimeout(120_000);
            assertThat(pinWindow.locator("#pin")).isVisible(soon);
            pinWindow.locator("#pin").fill(CANARY.pin());
            pinWindow.locator("#pin-submit").click();
            List<String> during = processes();
            assertThat(pinWindow.locator("#success")).isVisible(soon);

            assertTrue(
                    exchanged.toString(StandardCharsets.UTF_8).contains("/window/api/pin"),
                    "the PIN's own request was seen");
            List<String> traces = new ArrayList<>(during);
            traces.addAll(named("HTTP between page and agent", CANARY.in(exchanged.toByteArray())));
            traces.addAll(everywhere(agent.pid()));
            traces.addAll(named("what the agent said", CANARY.in(octets(agent.output()))));
            assertEquals(List.of(), traces);
        }
    }

    @Test
    void a_pin_typed_at_the_terminal_is_nowhere_afterwards() throws Exception {
        Path end = folder.resolve("end");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-Dperennial.test.end=" + end,
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                CommandKeptAlive.class.getName()));
        command.addAll(List.of(arguments("renew")));
        try (Terminal terminal = new Terminal(options(), command)) {
            terminal.await("PIN: ");
            terminal.type(CANARY.pin());
            terminal.await("step ");
            List<String> during = processes();
            terminal.await("ended with");
            assertTrue(terminal.screen().contains("RENEWED"), terminal.screen());

            List<String> traces = new ArrayList<>(during);
            traces.addAll(everywhere(terminal.pid()));
            traces.addAll(named("the screen", CANARY.in(octets(terminal.screen()))));
            assertEquals(List.of(), traces);
            Files.createFile(end);
        }
    }

    /// What a program says at all levels goes to a file; its temporary files go where we look.
    private Map<String, String> options() throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Path logging =
                Files.writeString(
                        folder.resolve("logging.properties"),
                        """
                        handlers=java.util.logging.FileHandler
                        .level=ALL
                        java.util.logging.FileHandler.level=ALL
                        java.util.logging.FileHandler.pattern=%s
                        java.util.logging.FileHandler.formatter=java.util.logging.SimpleFormatter
                        """
                                .formatted(folder.resolve("agent.log")));
        return Map.of(
                "PERENNIAL_LANG",
                "en",
                "JDK_JAVA_OPTIONS",
                "-Djava.util.logging.config.file=%s -Djava.io.tmpdir=%s"
                                .formatted(logging, temporary)
                        + " -Djdk.httpclient.HttpClient.log=errors,requests,headers,content");
    }

    private String[] arguments(String command, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                command,
                                "--ra",
                                ra(),
                                "--trust",
                                folder.resolve("demo").resolve("root.pem").toString(),
                                "--home",
                                folder.resolve("agent-" + PLANTED.pin()).toString(),
                                "--reader",
                                PcscDaemon.reader(0)));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private String ra() {
        return "http://localhost:" + tap.port();
    }

    private void openWindow(Page page, String window) {
        Object _ =
                page.evaluate(
                        """
                        ([agent, reader, ticket]) => {
                          addEventListener("message", (event) => {
                            if (event.data.type === "ready") {
                              event.source.postMessage({ perennial: 1, type: "renew", reader, ticket }, event.origin);
                            }
                          }, { once: true });
                          open(agent, "agent", "popup");
                        }
                        """,
                        List.of(window, PcscDaemon.reader(0), ticket.text()));
    }

    private static void keep(ByteArrayOutputStream exchanged, Request request) {
        exchanged.writeBytes(octets(request.url() + "\n" + request.allHeaders() + "\n"));
        byte[] body = request.postDataBuffer();
        if (body != null) {
            exchanged.writeBytes(body);
        }
        exchanged.writeBytes(octets("\n" + request.response().allHeaders() + "\n"));
        if (request.url().contains("/window/api/")) {
            exchanged.writeBytes(request.response().body());
        }
    }

    /// Everything that outlives the renewal; that the search finds what is there is shown by what
    /// was planted.
    private List<String> everywhere(long pid) throws Exception {
        List<String> traces = new ArrayList<>(processes());
        assertTrue(
                !PLANTED.in(Path.of("/proc/%d/cmdline".formatted(pid))).isEmpty(),
                "the search finds what is in a process's arguments");
        byte[] wire = tap.passed();
        assertTrue(
                new String(wire, StandardCharsets.ISO_8859_1).contains("/.well-known/cmp"),
                "the messages of the renewal were seen");
        traces.addAll(named("HTTP between agent and authority", CANARY.in(wire)));
        assertTrue(Files.size(folder.resolve("agent.log")) > 0, "the log at all levels was kept");
        traces.addAll(files());
        traces.addAll(memory(pid));
        return traces;
    }

    /// Without the card, which has its PIN, and the authority, whose messages are searched instead.
    private List<String> files() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files =
                    walk.filter(Files::isRegularFile)
                            .filter(file -> !file.startsWith(folder.resolve("card")))
                            .filter(file -> !file.startsWith(folder.resolve("demo")))
                            .toList();
        }
        List<String> traces = new ArrayList<>();
        for (Path file : files) {
            traces.addAll(named(file.toString(), CANARY.in(file)));
        }
        return traces;
    }

    /// The heap with the objects that nothing refers to any more.
    private List<String> memory(long pid) throws Exception {
        Path dump = Files.createDirectories(folder.resolve("dump")).resolve("agent.hprof");
        String said =
                Shell.run(
                        folder,
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.heap_dump",
                        "-all",
                        dump.toString());
        String holders = String.join("\n", holders(dump, PLANTED.in(dump)));
        assertTrue(
                holders.contains("java/lang/String"),
                () -> "the search finds what is in the heap, and who has it: " + said + holders);
        List<Canary.Trace> found = CANARY.in(dump);
        List<String> traces = named("heap", found);
        traces.addAll(holders(dump, found));
        Files.delete(dump);
        return traces;
    }

    private static List<String> holders(Path dump, List<Canary.Trace> traces) throws IOException {
        return HeapDump.holders(dump, traces.stream().map(Canary.Trace::place).toList());
    }

    /// Arguments and environment of every process of this computer that lets itself be read.
    private static List<String> processes() throws IOException {
        List<String> traces = new ArrayList<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            for (String name : List.of("cmdline", "environ")) {
                Path file = Path.of("/proc/%d/%s".formatted(process.pid(), name));
                try {
                    traces.addAll(named(file.toString(), CANARY.in(file)));
                } catch (IOException e) {
                    // It has ended, or it is somebody else's.
                    if (process.pid() == ProcessHandle.current().pid()) {
                        throw e;
                    }
                }
            }
        }
        return traces;
    }

    private static List<String> named(String where, List<Canary.Trace> traces) {
        return new ArrayList<>(
                traces.stream()
                        .map(t -> "%s: %s at %d".formatted(where, t.form(), t.place()))
                        .toList());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
