// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.pcsc.PcscReaders;

/// A whole renewal by the real parts, each a process of its own: authority and portal, the agent on
/// PC/SC, Debian's pcscd, the card behind vpcd. Afterwards a stranger uses the card: OpenSC.
class RenewalThroughPcscTest {
    private static final String PIN = "246810";
    private static final String SIGNATURE = "02";
    private static final String ENCRYPTION = "03";
    private static final String MESSAGE = "展期之後\n";

    @TempDir static Path folder;

    private static final Deque<AutoCloseable> RUNNING = new ArrayDeque<>();

    private static LauncherProcess card;
    private static String portal = "";
    private static Path home = Path.of("");

    /// The demo's authority, and a copy of its card in vpcd's reader.
    @BeforeAll
    static void start() throws Exception {
        PcscDaemon daemon = PcscDaemon.start(folder);
        RUNNING.push(daemon);
        home = folder.resolve("demo");
        LauncherProcess demo =
                LauncherProcess.start(
                        Map.of(),
                        "demo",
                        "--keep",
                        home.toString(),
                        "--port",
                        "0",
                        "--agent-port",
                        "0");
        RUNNING.push(demo);
        portal = demo.await(Pattern.compile("^  portal +(\\S+)"));
        demo.await(Pattern.compile("^Open "));
        Path file = Files.copy(home.resolve("card.state"), folder.resolve("card.state"));
        card =
                LauncherProcess.start(
                        Map.of(),
                        "virtual-card",
                        "--card",
                        file.toString(),
                        "--vpcd",
                        "127.0.0.1:" + daemon.vpcd(0).getPort());
        RUNNING.push(card);
        card.await(Pattern.compile("the card is in the reader"));
        awaitCard();
        Files.writeString(folder.resolve("pin"), PIN + "\n");
        Files.writeString(folder.resolve("message"), MESSAGE);
    }

    private static void awaitCard() {
        PcscReaders readers = PcscReaders.ofThisComputer();
        Eventually.holds("the card is seen", () -> readers.list().getFirst().cardPresent());
    }

    /// The last started first; whatever could not be started is not among them.
    @AfterAll
    static void stop() throws Exception {
        while (!RUNNING.isEmpty()) {
            RUNNING.pop().close();
        }
    }

    @Test
    void a_card_pulled_in_the_middle_is_renewed_at_the_second_try_and_works_in_opensc()
            throws Exception {
        String before = read(SIGNATURE, "before.der");
        assertTrue(listing().contains(PcscDaemon.reader(0) + " 卡號:["), listing());

        card.type("cut AFTER 30");
        card.await(Pattern.compile("armed"));
        refused("C04", renew(PcscDaemon.reader(0)));
        awaitCard();
        LauncherProcess renewal = LauncherProcess.start(Map.of(), renew(PcscDaemon.reader(0)));
        assertEquals(0, renewal.exitCode(), renewal.output());
        assertTrue(renewal.output().contains("RENEWED"), renewal.output());

        String after = read(SIGNATURE, "signature.der");
        assertNotEquals(before, after, "another serial number and another end");
        pkcs11("--login", "--pin", PIN, "--sign", "-m", "SHA256-RSA-PKCS", "--id", SIGNATURE)
                .with("--input-file", "message", "--output-file", "message.sig")
                .run();
        publicKey("signature.der", "signature.pub");
        String verified =
                openssl("dgst", "-sha256", "-verify", "signature.pub", "-signature", "message.sig")
                        .with("message")
                        .run();
        assertTrue(verified.contains("Verified OK"), verified);
        openssl("verify", "-CAfile", home.resolve("root.pem").toString(), "-untrusted")
                .with(home.resolve("issuing.pem").toString(), pem("signature.der"))
                .run();

        read(ENCRYPTION, "encryption.der");
        publicKey("encryption.der", "encryption.pub");
        openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", "encryption.pub", "-in", "message")
                .with("-out", "message.enc")
                .run();
        pkcs11("--login", "--pin", PIN, "--decrypt", "-m", "RSA-PKCS", "--id", ENCRYPTION)
                .with("--input-file", "message.enc", "--output-file", "message.dec")
                .run();
        assertEquals(MESSAGE, Files.readString(folder.resolve("message.dec")));
    }

    @Test
    void a_reader_of_another_name_and_an_empty_one_are_said_as_such() throws Exception {
        refused("C01", renew("Reader of another name"));
        refused("C02", renew(PcscDaemon.reader(1)));
    }

    private static String[] renew(String reader) {
        return new String[] {
            "renew",
            "--ra",
            portal,
            "--trust",
            home.resolve("root.pem").toString(),
            "--home",
            folder.resolve("agent").toString(),
            "--pin-file",
            folder.resolve("pin").toString(),
            "--reader",
            reader
        };
    }

    private static void refused(String code, String... arguments) throws Exception {
        LauncherProcess run = LauncherProcess.start(Map.of(), arguments);
        assertEquals(1, run.exitCode(), run.output());
        assertTrue(
                run.output().lines().anyMatch(line -> line.startsWith(code + " ")), run.output());
    }

    private static String listing() throws Exception {
        LauncherProcess run = LauncherProcess.start(Map.of(), "card", "list");
        assertEquals(0, run.exitCode(), run.output());
        return run.output();
    }

    /// Reads the certificate off the card; its serial number and end.
    private static String read(String id, String file) throws Exception {
        pkcs11("--read-object", "--type", "cert", "--id", id, "--output-file", file).run();
        return openssl("x509", "-inform", "DER", "-in", file, "-noout", "-serial", "-enddate")
                .run();
    }

    private static void publicKey(String certificate, String file) throws Exception {
        String key =
                openssl("x509", "-inform", "DER", "-in", certificate, "-noout", "-pubkey").run();
        Files.writeString(folder.resolve(file), key, StandardCharsets.US_ASCII);
    }

    private static String pem(String certificate) throws Exception {
        String file = certificate + ".pem";
        openssl("x509", "-inform", "DER", "-in", certificate, "-out", file).run();
        return file;
    }

    private static Tool openssl(String... arguments) {
        return new Tool(List.of("openssl")).with(arguments);
    }

    private static Tool pkcs11(String... arguments) {
        return new Tool(
                        List.of(
                                "pkcs11-tool",
                                "--module",
                                "opensc-pkcs11.so",
                                "--slot-description",
                                PcscDaemon.reader(0)))
                .with(arguments);
    }

    /// Another's program with its arguments, to be run in the test's folder.
    private record Tool(List<String> command) {
        Tool with(String... arguments) {
            List<String> all = new ArrayList<>(command);
            all.addAll(List.of(arguments));
            return new Tool(all);
        }

        String run() throws Exception {
            return Shell.run(folder, command.toArray(String[]::new));
        }
    }
}
