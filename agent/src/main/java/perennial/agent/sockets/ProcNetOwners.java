// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

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
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Owners by the kernel's tables of connections (proc_pid_net(5)), each of which is read from its
/// beginning until the connection is found.
final class ProcNetOwners implements SocketOwners {
    private static final Path TCP = Path.of("/proc/net/tcp");
    private static final Path TCP6 = Path.of("/proc/net/tcp6");

    /// Rows of either table that [#ofBeginning] reads.
    private static final int FEW = 256;

    /// Rows move while the table is read, so that one may be missed.
    private static final int READINGS = 3;

    private static final int USER_COLUMN = 7;
    private static final int INODE_COLUMN = 9;
    private static final String MAPPED_IN_IPV6 = word(0) + word(0) + word(0x0000FFFF);

    /// A table may be long; reading several at once helps nobody.
    private final ReentrantLock reading = new ReentrantLock(true);

    private final Path tcp;
    private final Path tcp6;
    private final int rows;
    private final int readings;

    /// @param rows how many of each table are read
    /// @param readings how often, until the connection is found
    ProcNetOwners(Path tcp, Path tcp6, int rows, int readings) {
        this.tcp = tcp;
        this.tcp6 = tcp6;
        this.rows = rows;
        this.readings = readings;
    }

    /// Whether this system has such tables.
    static boolean known() {
        return Files.isReadable(TCP);
    }

    /// Answers quickly; a connection that is not found may be there.
    static ProcNetOwners ofBeginning() {
        return new ProcNetOwners(TCP, TCP6, FEW, 1);
    }

    static ProcNetOwners ofWhole() {
        return new ProcNetOwners(TCP, TCP6, Integer.MAX_VALUE, READINGS);
    }

    @Override
    public Optional<SocketOwner> owner(InetSocketAddress local, InetSocketAddress remote)
            throws IOException {
        reading.lock();
        try {
            Optional<SocketOwner> found = Optional.empty();
            for (int i = 0; i < readings && found.isEmpty(); i++) {
                found = found(local, remote);
            }
            return found;
        } finally {
            reading.unlock();
        }
    }

    /// A program may reach 127.0.0.1 by an IPv6 socket too; its row is in the other table then.
    private Optional<SocketOwner> found(InetSocketAddress local, InetSocketAddress remote)
            throws IOException {
        if (local.getAddress() instanceof Inet4Address) {
            Optional<SocketOwner> found = found(tcp, ends(local, remote, ""));
            return found.isPresent() ? found : found(tcp6, ends(local, remote, MAPPED_IN_IPV6));
        }
        return found(tcp6, ends(local, remote, ""));
    }

    private Optional<SocketOwner> found(Path table, String ends) throws IOException {
        if (!Files.exists(table)) {
            return Optional.empty();
        }
        try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
            return lines.lines()
                    .limit(rows)
                    .filter(row -> row.contains(ends))
                    .findFirst()
                    .map(ProcNetOwners::owner);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static SocketOwner owner(String row) {
        String[] columns = row.strip().split("\\s+");
        return new SocketOwner(
                Long.parseLong(columns[USER_COLUMN]), Long.parseLong(columns[INODE_COLUMN]));
    }

    /// How the row shows the two ends.
    private static String ends(InetSocketAddress local, InetSocketAddress remote, String before) {
        return " %s%s:%04X %s%s:%04X "
                .formatted(
                        before,
                        words(local.getAddress()),
                        local.getPort(),
                        before,
                        words(remote.getAddress()),
                        remote.getPort());
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
