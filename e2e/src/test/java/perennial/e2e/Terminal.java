// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A program at a terminal of its own, by `script` of util-linux: it sees what a person types and
/// switches the echo off.
final class Terminal implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Process process;
    private final StringBuilder screen = new StringBuilder();

    Terminal(Map<String, String> environment, List<String> command) throws IOException {
        String line =
                command.stream()
                        .map(word -> "'" + word.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" ", "exec ", ""));
        ProcessBuilder builder =
                new ProcessBuilder("script", "-q", "-e", "-c", line, "/dev/null")
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        process = builder.start();
        Thread _ = Thread.ofVirtual().start(() -> read(process.getInputStream()));
    }

    private void read(InputStream in) {
        char[] characters = new char[1024];
        try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            for (int read = reader.read(characters); read > 0; read = reader.read(characters)) {
                synchronized (screen) {
                    screen.append(characters, 0, read);
                    screen.notifyAll();
                }
            }
        } catch (IOException e) {
            // The program has ended: what it said until then is what there is.
            return;
        }
    }

    String screen() {
        synchronized (screen) {
            return screen.toString();
        }
    }

    void await(String text) throws InterruptedException {
        Instant until = Instant.now().plus(PATIENCE);
        synchronized (screen) {
            while (screen.indexOf(text) < 0) {
                if (Instant.now().isAfter(until)) {
                    throw new AssertionError("no " + text + " in:\n" + screen);
                }
                screen.wait(200);
            }
        }
    }

    void type(String text) throws IOException {
        process.getOutputStream().write((text + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    /// The program's own process, behind the terminal.
    long pid() {
        ProcessHandle last = process.toHandle();
        for (var child = last.children().findFirst();
                child.isPresent();
                child = last.children().findFirst()) {
            last = child.get();
        }
        return last.pid();
    }

    @Override
    public void close() {
        process.toHandle().descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
