// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/// Owners by the kernel's socket diagnosis (sock_diag(7)): one question about one connection, found
/// by its ends, so that it costs the same however many there are.
///
/// Each question has a descriptor of its own: nothing of an earlier one can be taken for its
/// answer.
final class NetlinkOwners implements SocketOwners {
    private static final System.Logger LOG = System.getLogger(NetlinkOwners.class.getName());

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] NOBODY = {0, 0, 0, 0};

    private final NetlinkCalls calls;

    private NetlinkOwners(NetlinkCalls calls) {
        this.calls = calls;
    }

    /// Empty where the kernel was built without it, or a sandbox forbids it. It is asked about a
    /// socket that is there: a missing diagnosis and a missing connection look the same (ENOENT).
    static Optional<NetlinkOwners> ifAnswered() {
        try (ServerSocketChannel known = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            known.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0));
            InetSocketAddress local = (InetSocketAddress) known.getLocalAddress();
            InetSocketAddress nobody = new InetSocketAddress(InetAddress.getByAddress(NOBODY), 0);
            NetlinkOwners owners = new NetlinkOwners(new NetlinkCalls());
            if (owners.owner(local, nobody).isPresent()) {
                return Optional.of(owners);
            }
            LOG.log(System.Logger.Level.INFO, "no socket diagnosis, /proc/net is read instead");
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            LOG.log(System.Logger.Level.INFO, "no socket diagnosis, /proc/net is read instead", e);
        }
        return Optional.empty();
    }

    /// A program may reach 127.0.0.1 by an IPv6 socket too; kernels differ in whether they find it
    /// by its IPv4 ends.
    @Override
    public Optional<SocketOwner> owner(InetSocketAddress local, InetSocketAddress remote)
            throws IOException {
        Optional<SocketOwner> found = ask(SocketQuestion.about(local, remote));
        return found.isEmpty() && local.getAddress() instanceof Inet4Address
                ? ask(SocketQuestion.mapped(local, remote))
                : found;
    }

    private Optional<SocketOwner> ask(SocketQuestion question) throws IOException {
        int descriptor = calls.open();
        try (Arena arena = Arena.ofConfined()) {
            calls.send(descriptor, question.write(arena));
            MemorySegment answer = arena.allocate(SocketQuestion.MAX_ANSWER);
            long length = calls.receive(descriptor, answer);
            return question.read(answer.asSlice(0, length));
        } finally {
            calls.close(descriptor);
        }
    }
}
