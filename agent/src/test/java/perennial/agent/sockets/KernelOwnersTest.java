// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The ways of asking, at this kernel.
class KernelOwnersTest {
    enum Way {
        NETLINK,
        TABLES,
        BOTH;

        SocketOwners open() {
            assumeTrue(ProcNetOwners.known(), "Linux is asked in these ways");
            if (this == TABLES) {
                return ProcNetOwners.ofWhole();
            }
            if (this == BOTH) {
                return LinuxOwners.ofThisSystem();
            }
            Optional<NetlinkOwners> netlink = NetlinkOwners.ifAnswered();
            assumeTrue(netlink.isPresent(), "this kernel has socket diagnosis");
            return netlink.get();
        }
    }

    record Case(Way way, StandardProtocolFamily family, String address) {}

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Way way : Way.values()) {
            cases.add(new Case(way, StandardProtocolFamily.INET, "127.0.0.1"));
            cases.add(new Case(way, StandardProtocolFamily.INET6, "127.0.0.1"));
            cases.add(new Case(way, StandardProtocolFamily.INET6, "::1"));
        }
        return cases;
    }

    /// A connection to a port of our own, seen from the side that accepted it.
    private record Connected(ServerSocketChannel door, SocketChannel client, SocketChannel accepted)
            implements AutoCloseable {
        static Connected open(StandardProtocolFamily family, String address) throws IOException {
            InetAddress loopback = InetAddress.getByName(address);
            ServerSocketChannel door =
                    ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
            SocketChannel client = SocketChannel.open(family);
            assertTrue(client.connect(door.getLocalAddress()));
            return new Connected(door, client, door.accept());
        }

        InetSocketAddress peer() throws IOException {
            return (InetSocketAddress) accepted.getRemoteAddress();
        }

        InetSocketAddress own() throws IOException {
            return (InetSocketAddress) accepted.getLocalAddress();
        }

        @Override
        public void close() throws IOException {
            client.close();
            accepted.close();
            door.close();
        }
    }

    private static long thisUser() throws IOException {
        return ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void this_process_is_known_to_itself(Case tried) throws IOException {
        SocketOwners owners = tried.way.open();
        try (Connected both = Connected.open(tried.family, tried.address)) {
            SocketOwner owner = owners.owner(both.peer(), both.own()).orElseThrow();
            assertTrue(owner.isHeldBy(thisUser()), owner.toString());
            assertFalse(owner.isHeldBy(thisUser() + 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void half_a_connection_still_has_its_program(Way way) throws IOException {
        SocketOwners owners = way.open();
        try (Connected both = Connected.open(StandardProtocolFamily.INET, "127.0.0.1")) {
            both.client.shutdownOutput();
            assertEquals(-1, both.accepted.read(ByteBuffer.allocate(1)));
            SocketOwner owner = owners.owner(both.peer(), both.own()).orElseThrow();
            assertTrue(owner.isHeldBy(thisUser()), owner.toString());
        }
    }

    /// It shows user 0, which would be root's.
    @ParameterizedTest
    @EnumSource
    void a_connection_that_its_program_closed_is_nobodys(Way way) throws IOException {
        SocketOwners owners = way.open();
        try (Connected both = Connected.open(StandardProtocolFamily.INET, "127.0.0.1")) {
            InetSocketAddress peer = both.peer();
            both.client.close();
            assertEquals(-1, both.accepted.read(ByteBuffer.allocate(1)));
            Optional<SocketOwner> owner = owners.owner(peer, both.own());
            assertEquals(0, owner.map(SocketOwner::inode).orElse(0L));
        }
    }

    /// The kernel, asked for a connection that is gone, names a program that listens at its port.
    @ParameterizedTest
    @EnumSource
    void whoever_listens_at_a_port_has_no_part_in_its_connections(Way way) throws IOException {
        SocketOwners owners = way.open();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            door.bind(new InetSocketAddress(loopback, 0));
            InetSocketAddress listening = (InetSocketAddress) door.getLocalAddress();
            InetSocketAddress other = new InetSocketAddress(loopback, 9);
            assertEquals(Optional.empty(), owners.owner(listening, other));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_that_was_torn_down_is_not_found(Way way) throws IOException {
        SocketOwners owners = way.open();
        try (Connected both = Connected.open(StandardProtocolFamily.INET, "127.0.0.1")) {
            InetSocketAddress peer = both.peer();
            InetSocketAddress own = both.own();
            both.client.setOption(StandardSocketOptions.SO_LINGER, 0).close();
            assertEquals(Optional.empty(), owners.owner(peer, own));
        }
    }
}
