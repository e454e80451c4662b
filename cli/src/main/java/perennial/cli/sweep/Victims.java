// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import perennial.cli.sweep.SweepCase.RenewalMode;
import perennial.protocol.http.HttpExchange;
import perennial.protocol.http.MessageExchange;

/// Processes that renew a token and are killed, and the registration authority's port for them.
/// Safe for use by many threads.
final class Victims implements AutoCloseable {
    private final Path root;
    private final HttpServer server;

    /// @param folder for the root certificate's file
    Victims(SweepAuthority authority, Path folder) {
        this.root = folder.resolve("root.cer");
        try {
            Files.write(root, authority.root().der());
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (RenewalMode mode : RenewalMode.values()) {
            serve(mode, authority.endpoint(Sweep.kind(mode)));
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private void serve(RenewalMode mode, MessageExchange endpoint) {
        server.createContext(
                "/" + SweepCase.word(mode),
                exchange -> {
                    byte[] answer = endpoint.exchange(exchange.getRequestBody().readAllBytes());
                    exchange.getResponseHeaders().set("Content-Type", HttpExchange.CONTENT_TYPE);
                    exchange.sendResponseHeaders(200, answer.length);
                    try (OutputStream body = exchange.getResponseBody()) {
                        body.write(answer);
                    }
                });
    }

    /// Runs a renewal in a process of its own and kills that (SIGKILL) when it has written its n-th
    /// fact.
    ///
    /// @param token what the victim opens its token by
    /// @param pin wiped here
    /// @return whether it came so far
    boolean kill(List<String> token, RenewalMode mode, int fact, Path home, char[] pin) {
        URI address =
                URI.create(
                        "http://localhost:%d/%s"
                                .formatted(server.getAddress().getPort(), SweepCase.word(mode)));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName(),
                                home.toString(),
                                address.toString(),
                                root.toString(),
                                Integer.toString(fact)));
        command.addAll(token);
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            giveIn(process, pin);
            try (BufferedReader out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8))) {
                boolean reached = out.lines().anyMatch(Victim.REACHED::equals);
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                int _ = process.destroyForcibly().waitFor();
                return reached;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void giveIn(Process process, char[] pin) throws IOException {
        byte[] octets = new byte[pin.length];
        for (int i = 0; i < pin.length; i++) {
            octets[i] = (byte) pin[i];
        }
        Arrays.fill(pin, '\0');
        try (OutputStream in = process.getOutputStream()) {
            in.write(octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
