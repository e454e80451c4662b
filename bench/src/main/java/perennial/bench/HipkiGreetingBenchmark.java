// SPDX-License-Identifier: Apache-2.0
package perennial.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import perennial.agent.Agent;
import perennial.agent.AgentSettings;
import perennial.card.piv.PivReaders;
import perennial.virtualcard.VirtualReaders;

/// What a running agent takes of the 300 ms in which pages want the popup's greeting
/// (`{"func":"getTbs"}`): from a new connection to the last octet of the script that sends it.
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class HipkiGreetingBenchmark {
    private static final List<String> PATHS = List.of("/popupForm", "/hipki/popup.js");

    private final SecureRandom random = new SecureRandom();
    private final Path home = folder();
    private final Agent agent =
            Agent.start(
                    new AgentSettings(0, home, List.of()),
                    new PivReaders(new VirtualReaders(1), random),
                    Clock.systemUTC(),
                    random);
    private final BareServer bare = new BareServer(learned(agent.port().orElseThrow()));

    public HipkiGreetingBenchmark() {}

    @Setup
    public void open() {
        Thread.ofPlatform().daemon().start(bare);
    }

    /// What the bare server gives is what the agent gave.
    private static List<byte[]> learned(int port) {
        try (Socket socket = connected(port)) {
            List<byte[]> answers = new ArrayList<>();
            for (String path : PATHS) {
                answers.add(asked(socket, port, path));
            }
            return answers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TearDown
    public void close() throws IOException {
        agent.close();
        bare.close();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public int popup_is_served_up_to_its_greeting() throws IOException {
        return greeted(agent.port().orElseThrow());
    }

    /// The limit: the same octets over the same kind of connection, from a server that looks at
    /// nothing.
    @Benchmark
    public int bare_socket_carries_the_same_octets() throws IOException {
        return greeted(bare.port());
    }

    private static int greeted(int port) throws IOException {
        int octets = 0;
        try (Socket socket = connected(port)) {
            for (String path : PATHS) {
                octets += asked(socket, port, path).length;
            }
        }
        return octets;
    }

    /// Torn down at the end, or the system runs out of ports that rest.
    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoLinger(true, 0);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static byte[] asked(Socket socket, int port, String path) throws IOException {
        String request = "GET %s HTTP/1.1\r\nHost: localhost:%d\r\n\r\n".formatted(path, port);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        byte[] answer = new byte[64 * 1024];
        int filled = 0;
        int whole = Integer.MAX_VALUE;
        while (filled < whole) {
            int read = in.read(answer, filled, answer.length - filled);
            if (read < 0) {
                throw new IOException("half an answer to " + path);
            }
            filled += read;
            if (whole == Integer.MAX_VALUE) {
                whole = length(new String(answer, 0, filled, StandardCharsets.ISO_8859_1));
            }
        }
        return Arrays.copyOf(answer, filled);
    }

    private static int length(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            return Integer.MAX_VALUE;
        }
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            throw new IllegalStateException("a page is served with 200, got " + answer);
        }
        String field = "\r\nContent-Length: ";
        int at = answer.indexOf(field) + field.length();
        return end + 4 + Integer.parseInt(answer.substring(at, answer.indexOf('\r', at)));
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("perennial-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
