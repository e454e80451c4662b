// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The packages for a holder's computer: built, installed, used and removed. As root the package is
/// installed as everybody installs one; otherwise below a folder, by dpkg all the same.
class InstalledPackageTest {
    private static final double SOON = 60_000;
    private static final boolean ROOT = System.getProperty("user.name").equals("root");
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PACKAGES = PROJECT.resolve("packaging/target");

    @TempDir static Path folder;

    private static Path deb;

    @BeforeAll
    static void build() throws Exception {
        Shell.run(PROJECT, "packaging/build", "--as-built");
        deb = only(".deb");
    }

    private static Path only(String ending) throws IOException {
        try (Stream<Path> packages = Files.list(PACKAGES)) {
            List<Path> found = packages.filter(p -> p.toString().endsWith(ending)).toList();
            assertEquals(1, found.size(), () -> "of " + ending + ": " + found);
            return found.getFirst();
        }
    }

    @Test
    void a_holder_installs_it_renews_and_removes_it() throws Exception {
        Path root = ROOT ? Path.of("/") : Files.createDirectories(folder.resolve("root"));
        List<Path> files = installed(root);
        assertTrue(files.size() > 50, files::toString);
        files.forEach(file -> assertFalse(Files.exists(file), () -> file + " was there before"));
        dpkg(root, "--install", deb.toString());
        try {
            Path program = root.resolve("usr/bin/perennial");
            assertTrue(
                    Shell.run(folder, program.toString(), "--version").contains("Perennial 0.1.0"));
            assertTrue(Shell.run(folder, program.toString(), "try").contains("MakeSignature"));
            checkUp(program);
            renew(program);
        } finally {
            dpkg(root, "--purge", "perennial");
        }
        files.forEach(file -> assertFalse(Files.exists(file), () -> file + " was left"));
    }

    /// As JSON, so that all of it that needs a library of its own is seen to be there.
    private static void checkUp(Path program) throws Exception {
        Process doctor =
                new ProcessBuilder(
                                program.toString(),
                                "doctor",
                                "--json",
                                "--home",
                                folder.resolve("doctor").toString())
                        .redirectError(folder.resolve("doctor.err").toFile())
                        .start();
        String said = new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(doctor.waitFor() <= 1, said);
        assertTrue(
                new JsonMapper().readTree(said).path("items").size() >= 9,
                () -> said + doctor.exitValue());
    }

    /// The demo's authority and portal, with nothing of the demo on the holder's side but the card.
    private static void renew(Path program) throws Exception {
        Path state = folder.resolve("demo");
        int port = freePort();
        try (LauncherProcess demo =
                        LauncherProcess.start(
                                Map.of(),
                                "demo",
                                "--keep",
                                state.toString(),
                                "--port",
                                "0",
                                "--no-agent",
                                "--agent-port",
                                Integer.toString(port));
                Browser browser = new Browser()) {
            String portal = demo.await(Pattern.compile("portal\\s+(http://localhost:\\d+)"));
            Path card = Path.of(demo.await(Pattern.compile("card file\\s+(\\S+)")));
            String pin = demo.await(Pattern.compile("PIN\\s+(\\d{6,8})"));
            String link = demo.await(Pattern.compile("(http://localhost:\\d+/renewal)"));
            Path home = Files.createDirectories(folder.resolve("agent"));
            Files.writeString(
                    home.resolve("agent.conf"),
                    """
                    # The test holder's own
                    authority.demo = %s
                    trust.demo = %s
                    port = %d
                    """
                            .formatted(portal, state.resolve("root.pem"), port));
            Process agent =
                    new ProcessBuilder(
                                    program.toString(),
                                    "agent",
                                    "--home",
                                    home.toString(),
                                    "--virtual-card",
                                    card.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("agent.log").toFile())
                            .start();
            try {
                renewInTheBrowser(browser, link, pin);
            } catch (AssertionError e) {
                throw new AssertionError(Files.readString(folder.resolve("agent.log")), e);
            } finally {
                agent.destroy();
                assertEquals(143, agent.waitFor(), "it was ended in order");
            }
        }
    }

    private static void renewInTheBrowser(Browser browser, String link, String pin) {
        BrowserContext person = browser.person("zh-TW", 1280, 900);
        Page page = person.newPage();
        page.navigate(link + "?lang=zh-TW");
        Page window = page.waitForPopup(() -> page.locator("#detect").click());
        assertThat(page.locator("#inspect"))
                .isEnabled(new LocatorAssertions.IsEnabledOptions().setTimeout(SOON));
        page.locator("#inspect").click();
        page.locator("#next").click();
        assertThat(window.locator("#pin"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(SOON));
        window.locator("#pin").fill(pin);
        window.locator("#pin-submit").click();
        assertThat(page.locator("#success"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(SOON));
        Browser.look(page, "zh-13-installed-agent");
        person.close();
    }

    @Test
    void the_rpm_holds_the_same_files() throws Exception {
        List<String> rpm =
                Shell.run(folder, "rpm", "-qpl", only(".rpm").toString())
                        .lines()
                        .filter(line -> line.startsWith("/"))
                        .sorted()
                        .toList();
        List<String> same = installed(Path.of("/")).stream().map(Path::toString).sorted().toList();
        assertTrue(
                rpm.containsAll(same),
                () -> same.stream().filter(f -> !rpm.contains(f)).toList().toString());
    }

    /// The package's files below this root.
    private static List<Path> installed(Path root) throws Exception {
        List<Path> files = new ArrayList<>();
        for (String line :
                Shell.run(folder, "dpkg-deb", "--contents", deb.toString()).split("\n")) {
            String name = line.replaceFirst(" -> .*", "").replaceFirst("^.* \\./", "");
            if (!line.startsWith("d") && !name.isBlank()) {
                files.add(root.resolve(name));
            }
        }
        return files;
    }

    private static void dpkg(Path root, String... what) throws Exception {
        List<String> command = new ArrayList<>(List.of("dpkg"));
        if (!ROOT) {
            Files.createDirectories(root.resolve("var/lib/dpkg"));
            command.addAll(
                    List.of(
                            "--root=" + root,
                            "--force-not-root",
                            "--force-script-chrootless",
                            "--force-bad-path",
                            "--force-depends"));
            Files.createDirectories(root.resolve("var/lib/dpkg/updates"));
            Files.createDirectories(root.resolve("var/lib/dpkg/info"));
            Path status = root.resolve("var/lib/dpkg/status");
            if (!Files.exists(status)) {
                Files.createFile(status);
            }
        }
        command.addAll(List.of(what));
        Shell.run(folder, command.toArray(String[]::new));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
