// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/// The same user, by the kernel's tables of connections (proc_pid_net(5)): the peer's end has a row
/// of its own there, with the user who made its socket.
///
/// Only an established row counts. One whose program has closed it already has no user any more and
/// shows 0, which is root's number too.
final class ProcNetPeers implements Peers {
    private static final System.Logger LOG = System.getLogger(ProcNetPeers.class.getName());
    private static final Path TCP = Path.of("/proc/net/tcp");
    private static final Path TCP6 = Path.of("/proc/net/tcp6");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ESTABLISHED = "01";

    /// Rows move while the table is read, so that one may be missed.
    private static final int READINGS = 3;

    private static final int USER_COLUMN = 7;
    private static final String MAPPED_IN_IPV6 = word(0) + word(0) + word(0x0000FFFF);

    /// A table may be long; reading several at once helps nobody.
    private final ReentrantLock reading = new ReentrantLock(true);

    private final long user;
    private final Path tcp;
    private final Path tcp6;

    ProcNetPeers(long user, Path tcp, Path tcp6) {
        this.user = user;
        this.tcp = tcp;
        this.tcp6 = tcp6;
    }

    /// Whether this system tells.
    static boolean known() {
        return Files.isReadable(TCP) && Files.isReadable(STATUS);
    }

    static ProcNetPeers ofThisProcess() {
        try {
            return new ProcNetPeers(effectiveUser(Files.readAllLines(STATUS)), TCP, TCP6);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `Uid:` real, effective, saved, file system (proc_pid_status(5)).
    static long effectiveUser(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> Long.parseLong(line.split("\\s+")[2]))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("every status has a Uid line"));
    }

    @Override
    public boolean admits(InetSocketAddress peer, InetSocketAddress own) {
        reading.lock();
        try {
            for (int i = 0; i < READINGS; i++) {
                OptionalLong found = user(peer, own);
                if (found.isPresent()) {
                    return found.getAsLong() == user;
                }
            }
            return false;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the table of connections cannot be read", e);
            return false;
        } finally {
            reading.unlock();
        }
    }

    /// A program may reach 127.0.0.1 by an IPv6 socket too; its row is in the other table then.
    private OptionalLong user(InetSocketAddress peer, InetSocketAddress own) throws IOException {
        if (peer.getAddress() instanceof Inet4Address) {
            OptionalLong found = user(tcp, ends(peer, own, ""));
            return found.isPresent() ? found : user(tcp6, ends(peer, own, MAPPED_IN_IPV6));
        }
        return user(tcp6, ends(peer, own, ""));
    }

    private static OptionalLong user(Path table, String ends) throws IOException {
        if (!Files.exists(table)) {
            return OptionalLong.empty();
        }
        try (BufferedReader rows = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
            for (Optional<String> row = next(rows); row.isPresent(); row = next(rows)) {
                if (row.get().contains(ends)) {
                    String[] columns = row.get().strip().split("\\s+");
                    return OptionalLong.of(Long.parseLong(columns[USER_COLUMN]));
                }
            }
            return OptionalLong.empty();
        }
    }

    private static Optional<String> next(BufferedReader rows) throws IOException {
        return Optional.ofNullable(rows.readLine());
    }

    /// How the peer's own row shows the two ends and the state.
    private static String ends(InetSocketAddress peer, InetSocketAddress own, String before) {
        return " %s%s:%04X %s%s:%04X %s "
                .formatted(
                        before,
                        words(peer.getAddress()),
                        peer.getPort(),
                        before,
                        words(own.getAddress()),
                        own.getPort(),
                        ESTABLISHED);
    }

    /// Words of four octets, each as the processor reads it.
    private static String words(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder words = new StringBuilder();
        while (octets.hasRemaining()) {
            words.append("%08X".formatted(octets.getInt()));
        }
        return words.toString();
    }

    private static String word(int inNetworkOrder) {
        int word =
                ByteBuffer.allocate(4)
                        .putInt(inNetworkOrder)
                        .flip()
                        .order(ByteOrder.nativeOrder())
                        .getInt();
        return "%08X".formatted(word);
    }
}
