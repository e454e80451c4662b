// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import perennial.core.advice.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `perennial browsers`: lets Firefox and Chromium use the card for TLS log-in, by entering a PKCS
/// #11 library in their certificate stores (NSS), or takes it out again.
///
/// Only stores of this user are touched, and only by NSS' own program `modutil`.
@Command(
        name = "browsers",
        mixinStandardHelpOptions = true,
        description = {
            "Lets Firefox and Chromium use the card to log in to web sites (Linux).",
            "Needs modutil (Debian: libnss3-tools). Close the browsers first."
        })
final class BrowsersCommand implements Callable<Integer> {
    private static final String MODULE = "Perennial card";
    private static final long PATIENCE_SECONDS = 30;

    /// Where distributions keep OpenSC's library.
    private static final List<Path> OPENSC =
            List.of(
                    Path.of("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"),
                    Path.of("/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so"),
                    Path.of("/usr/lib64/opensc-pkcs11.so"),
                    Path.of("/usr/lib/opensc-pkcs11.so"));

    private final Console console;

    @Option(
            names = "--library",
            paramLabel = "FILE",
            description = "the card's PKCS #11 library; default: OpenSC's")
    private Optional<Path> library = Optional.empty();

    @Option(names = "--remove", description = "take the library out again")
    private boolean remove;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "whose stores; default: this user's home")
    private Path home = Path.of(System.getProperty("user.home"));

    BrowsersCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Path> stores = stores();
        if (stores.isEmpty()) {
            throw new Failure(
                    Problem.FILE_NOT_USABLE,
                    console.choose(
                            "沒有瀏覽器的憑證儲存區；請先開啟一次瀏覽器",
                            "no certificate store of a browser; start the browser once"));
        }
        Path module = remove ? Path.of("") : module();
        for (Path store : stores) {
            boolean there = lists(store);
            if (remove && there) {
                modutil(store, "-delete", MODULE);
            } else if (!remove && !there) {
                modutil(store, "-add", MODULE, "-libfile", module.toString());
            }
            console.say(
                    "%s %s",
                    remove
                            ? console.choose("已移除", "removed from")
                            : console.choose("已登錄", "registered in"),
                    store);
        }
        return 0;
    }

    private Path module() {
        if (library.isPresent()) {
            return library.get().toAbsolutePath();
        }
        return OPENSC.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() ->
                        new Failure(
                                Problem.FILE_NOT_USABLE,
                                "OpenSC's PKCS #11 library is not installed; use --library"));
    }

    /// Chromium's store for all of NSS, and one for each profile of Firefox, wherever the packages
    /// of the day put it.
    private List<Path> stores() {
        List<Path> stores = new ArrayList<>();
        Path shared = home.resolve(".pki/nssdb");
        if (Files.exists(shared.resolve("cert9.db"))) {
            stores.add(shared);
        }
        for (String place :
                List.of(
                        ".mozilla/firefox",
                        ".config/mozilla/firefox",
                        "snap/firefox/common/.mozilla/firefox",
                        ".var/app/org.mozilla.firefox/.mozilla/firefox")) {
            Path profiles = home.resolve(place);
            if (!Files.isDirectory(profiles)) {
                continue;
            }
            try (Stream<Path> found = Files.list(profiles)) {
                found.filter(profile -> Files.exists(profile.resolve("cert9.db")))
                        .sorted()
                        .forEach(stores::add);
            } catch (IOException e) {
                throw new Failure(Problem.FILE_NOT_USABLE, profiles + ": cannot be read", e);
            }
        }
        return stores;
    }

    private static boolean lists(Path store) throws InterruptedException {
        return modutil(store, "-list").contains(MODULE);
    }

    private static String modutil(Path store, String... what) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("modutil", "-force", "-dbdir"));
        command.add("sql:" + store);
        command.addAll(List.of(what));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new Failure(Problem.FILE_NOT_USABLE, store + ": " + said.strip());
            }
            return said;
        } catch (IOException e) {
            throw new Failure(
                    Problem.FILE_NOT_USABLE, "modutil is missing (Debian: libnss3-tools)", e);
        }
    }
}
