// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Debian's OpenSC and OpenSSL in a folder of their own, at whatever card is in the reader; the PIN
/// is in the environment.
final class OpenSc {
    private static final List<String> PLACES =
            List.of(
                    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
                    "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so");

    /// Without it OpenSC takes the reader for one of short commands, and rewrites a directory of
    /// the card in three.
    private static final String WHOLE_COMMANDS =
            "app default { reader_driver pcsc { max_send_size = 65535; max_recv_size = 65536; } }";

    private static final int SECONDS = 60;

    private final Path folder;
    private final String pin;

    OpenSc(Path folder, String pin) throws IOException {
        this.folder = folder;
        this.pin = pin;
        Files.writeString(folder.resolve("opensc.conf"), WHOLE_COMMANDS);
    }

    /// OpenSC's PKCS #11 module.
    static String module() {
        return PLACES.stream()
                .filter(place -> Files.exists(Path.of(place)))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("OpenSC is missing: apt install opensc-pkcs11"));
    }

    /// What `pkcs11-tool` says without a PIN; fails when it fails.
    String look(String... arguments) throws IOException, InterruptedException {
        return succeed(pkcs11Tool(arguments));
    }

    /// What `pkcs11-tool` says, logged in; fails when it fails.
    String act(String... arguments) throws IOException, InterruptedException {
        return succeed(loggedIn(arguments));
    }

    /// Whether `pkcs11-tool` could, logged in.
    boolean tried(String... arguments) throws IOException, InterruptedException {
        return run(loggedIn(arguments)).ended() == 0;
    }

    /// Whether the module can talk to a token.
    boolean seesToken() throws IOException, InterruptedException {
        return run(pkcs11Tool("--list-slots")).said().contains("serial num");
    }

    /// What `pkcs11-tool` says when it fails, logged in.
    String refused(String... arguments) throws IOException, InterruptedException {
        Run run = run(loggedIn(arguments));
        assertTrue(run.ended() != 0, run.said());
        return run.said();
    }

    /// What another program says; fails when it fails.
    String program(String... command) throws IOException, InterruptedException {
        return succeed(List.of(command));
    }

    byte[] file(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    private record Run(int ended, String said) {}

    private static List<String> pkcs11Tool(String... arguments) {
        return Stream.concat(Stream.of("pkcs11-tool", "--module", module()), Stream.of(arguments))
                .toList();
    }

    private static List<String> loggedIn(String... arguments) {
        List<String> command = new ArrayList<>(pkcs11Tool("--login", "--pin", "env:PIN"));
        command.addAll(List.of(arguments));
        return command;
    }

    private String succeed(List<String> command) throws IOException, InterruptedException {
        Run run = run(command);
        assertEquals(0, run.ended(), () -> String.join(" ", command) + "\n" + run.said());
        return run.said();
    }

    private Run run(List<String> command) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        builder.environment().put("OPENSC_CONF", folder.resolve("opensc.conf").toString());
        builder.environment().put("PIN", pin);
        // A virtual machine would announce it in the middle of what it says.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " hangs");
        }
        return new Run(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }
}
