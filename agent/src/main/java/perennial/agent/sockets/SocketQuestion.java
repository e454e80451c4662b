// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/// One exact question of socket diagnosis and how its answer is read (sock_diag(7): `nlmsghdr`,
/// `inet_diag_req_v2`, `inet_diag_msg`). Numbers are the processor's, ports the network's.
final class SocketQuestion {
    /// Octets that an answer may have.
    static final int MAX_ANSWER = 4096;

    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;
    private static final byte IPPROTO_TCP = 6;
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST = 1;
    private static final short NLMSG_ERROR = 2;
    private static final int ENOENT = 2;

    private static final int HEADER = 16;
    private static final int LENGTH = HEADER + 56;
    private static final int ENDS = 4;
    private static final int USER = HEADER + 64;
    private static final int INODE = HEADER + 68;
    private static final int ANSWER = HEADER + 72;
    private static final int ADDRESS = 16;

    private final byte family;

    /// Two ports and two addresses of 16 octets each (`inet_diag_sockid`).
    private final byte[] ends;

    private SocketQuestion(byte family, byte[] ends) {
        this.family = family;
        this.ends = ends;
    }

    static SocketQuestion about(InetSocketAddress local, InetSocketAddress remote) {
        boolean six = local.getAddress() instanceof Inet6Address;
        return new SocketQuestion(six ? AF_INET6 : AF_INET, ends(local, remote, 0));
    }

    /// About an IPv6 socket whose ends are these IPv4 ones (RFC 4291 2.5.5.2).
    static SocketQuestion mapped(InetSocketAddress local, InetSocketAddress remote) {
        return new SocketQuestion(AF_INET6, ends(local, remote, 12));
    }

    private static byte[] ends(InetSocketAddress local, InetSocketAddress remote, int before) {
        return ByteBuffer.allocate(4 + 2 * ADDRESS)
                .putShort((short) local.getPort())
                .putShort((short) remote.getPort())
                .put(address(local, before))
                .put(address(remote, before))
                .array();
    }

    private static byte[] address(InetSocketAddress end, int before) {
        byte[] octets = end.getAddress().getAddress();
        byte[] field = new byte[ADDRESS];
        System.arraycopy(octets, 0, field, before, octets.length);
        if (before == 12) {
            field[10] = (byte) 0xFF;
            field[11] = (byte) 0xFF;
        }
        return field;
    }

    MemorySegment write(Arena arena) {
        MemorySegment question = arena.allocate(LENGTH);
        question.asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .putInt(LENGTH)
                .putShort(SOCK_DIAG_BY_FAMILY)
                .putShort(NLM_F_REQUEST)
                .position(HEADER)
                .put(family)
                .put(IPPROTO_TCP)
                .position(HEADER + ENDS)
                .putInt(-1)
                .put(ends)
                .position(LENGTH - 8)
                .putLong(-1);
        return question;
    }

    /// @return empty when the kernel knows no such connection. It may then name a listening socket
    ///   of the same port, which is not an answer
    Optional<SocketOwner> read(MemorySegment answer) throws IOException {
        ByteBuffer octets = answer.asByteBuffer().order(ByteOrder.nativeOrder());
        if (octets.remaining() < HEADER + 4) {
            throw new IOException("netlink: an answer of %d octets".formatted(octets.remaining()));
        }
        short type = octets.getShort(4);
        if (type == NLMSG_ERROR) {
            int error = -octets.getInt(HEADER);
            if (error == ENOENT) {
                return Optional.empty();
            }
            throw new IOException("netlink: error %d".formatted(error));
        }
        if (type != SOCK_DIAG_BY_FAMILY || octets.remaining() < ANSWER) {
            throw new IOException("netlink: an answer of type %d".formatted(type));
        }
        byte[] said = new byte[ends.length];
        octets.get(HEADER + ENDS, said);
        return Arrays.equals(said, ends)
                ? Optional.of(
                        new SocketOwner(
                                Integer.toUnsignedLong(octets.getInt(USER)),
                                Integer.toUnsignedLong(octets.getInt(INODE))))
                : Optional.empty();
    }
}
