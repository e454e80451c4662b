// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import perennial.card.CardException;
import perennial.card.apdu.ApduReaders;
import perennial.card.pcsc.PcscReaders;

/// Debian's own pcscd with vpcd's two reader slots, for one test: with its own configuration, no
/// service manager, and gone with the test however that ends.
///
/// pcscd's socket has its path compiled in, so there can be one on a computer at a time: tests take
/// turns by a lock, and a pcscd that is not ours makes them fail with that sentence.
final class PcscDaemon implements AutoCloseable {
    private static final Path LOCK = Path.of("/tmp/pcscd.lock");
    private static final Path SOCKET = Path.of("/run/pcscd/pcscd.comm");
    private static final Path PCSCD = Path.of("/usr/sbin/pcscd");
    private static final Path VPCD = Path.of("/usr/lib/pcsc/drivers/serial/libifdvpcd.so");
    private static final String NAME = "Virtual PCD";
    private static final int TURN_SECONDS = 600;

    /// Prints the daemon's process number, and ends it when our end of the pipe closes.
    private static final String SUPERVISION =
            """
            pcscd --foreground --config "$1" >>"$2" 2>&1 </dev/null &
            echo $!
            cat
            kill $! 2>/dev/null
            wait
            """;

    private final Path folder;
    private final int port;
    private final Process turn;
    private Process supervisor;
    private long pid;

    private PcscDaemon(Path folder, int port, Process turn) throws IOException {
        this.folder = folder;
        this.port = port;
        this.turn = turn;
        this.supervisor = supervise();
    }

    /// Waits for its turn, then starts pcscd and waits until it knows both readers.
    ///
    /// @param folder for configuration and log
    static PcscDaemon start(Path folder) throws IOException {
        require(PCSCD, "pcscd");
        require(VPCD, "vsmartcard-vpcd");
        Process turn = takeTurn();
        try {
            if (answers()) {
                throw new AssertionError(
                        "a pcscd that is not this test's is running; stop it first (systemctl stop"
                                + " pcscd.socket pcscd)");
            }
            Files.createDirectories(SOCKET.getParent());
            int port = twoFreePorts();
            configure(folder, port);
            PcscDaemon daemon = new PcscDaemon(folder, port, turn);
            daemon.awaitReaders();
            return daemon;
        } catch (IOException | RuntimeException | Error e) {
            turn.destroy();
            throw e;
        }
    }

    /// Where to put a card into a slot.
    ///
    /// @param slot 0 or 1
    InetSocketAddress vpcd(int slot) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port + slot);
    }

    /// The slot's name as pcscd calls it.
    static String reader(int slot) {
        return NAME + " 00 0" + slot;
    }

    long pid() {
        return pid;
    }

    String log() {
        try {
            return Files.readString(folder.resolve("pcscd.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// SIGKILL: the socket's file stays behind.
    void kill() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        ended();
    }

    /// SIGTERM, as a service manager does.
    void stop() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        ended();
    }

    /// Starts it anew after [#kill] or [#stop].
    void startAgain() throws IOException {
        supervisor = supervise();
        awaitReaders();
    }

    @Override
    public void close() {
        stop();
        turn.destroy();
    }

    private void ended() {
        try {
            supervisor.getOutputStream().close();
            if (!supervisor.waitFor(30, TimeUnit.SECONDS)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                supervisor.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process supervise() throws IOException {
        Process process =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                SUPERVISION,
                                "pcscd-for-tests",
                                folder.resolve("reader.conf.d").toString(),
                                folder.resolve("pcscd.log").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        pid = Long.parseLong(firstLine(process));
        return process;
    }

    private void awaitReaders() {
        ApduReaders readers = PcscReaders.ofThisComputer();
        Eventually.holds(
                "pcscd knows its readers",
                () -> {
                    try {
                        return readers.list().size() == 2;
                    } catch (CardException e) {
                        if (ProcessHandle.of(pid).isEmpty()) {
                            throw new AssertionError("pcscd has ended:\n" + log(), e);
                        }
                        return false;
                    }
                });
    }

    private static void configure(Path folder, int port) throws IOException {
        Path conf = Files.createDirectories(folder.resolve("reader.conf.d"));
        Files.writeString(
                conf.resolve("vpcd"),
                """
                FRIENDLYNAME "%s"
                DEVICENAME   /dev/null:0x%04X
                LIBPATH      %s
                CHANNELID    0x%04X
                """
                        .formatted(NAME, port, VPCD, port));
    }

    /// A process that holds the lock as long as it lives; it ends when we do.
    private static Process takeTurn() throws IOException {
        Process process =
                new ProcessBuilder(
                                "flock",
                                "--wait",
                                Integer.toString(TURN_SECONDS),
                                LOCK.toString(),
                                "sh",
                                "-c",
                                "echo mine; exec cat")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        if (!firstLine(process).equals("mine")) {
            throw new AssertionError(
                    "another test has held %s for %d s".formatted(LOCK, TURN_SECONDS));
        }
        return process;
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        return line == null ? "" : line;
    }

    private static boolean answers() {
        if (!Files.exists(SOCKET)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int twoFreePorts() throws IOException {
        IOException taken = new IOException("no two free ports beside each other");
        for (int attempt = 0; attempt < 50; attempt++) {
            try (ServerSocket first = new ServerSocket(0);
                    ServerSocket second = new ServerSocket(first.getLocalPort() + 1)) {
                return Math.min(first.getLocalPort(), second.getLocalPort());
            } catch (IOException | IllegalArgumentException e) {
                // The next one is taken: another pair.
                taken.addSuppressed(e);
            }
        }
        throw taken;
    }

    private static void require(Path file, String debianPackage) {
        if (!Files.exists(file)) {
            throw new AssertionError(
                    "%s is missing: apt install %s".formatted(file, List.of(debianPackage)));
        }
    }
}
