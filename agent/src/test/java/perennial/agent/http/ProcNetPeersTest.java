// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcNetPeersTest {
    private static final InetSocketAddress PEER = end("127.0.0.1", 0x9C4A);
    private static final InetSocketAddress OWN = end("127.0.0.1", 61161);

    private @TempDir Path folder;

    /// As Linux 6.1 on a little-endian computer writes it.
    private static String table(String state, int user) {
        return """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:EEE9 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
           1: 0100007F:EEE9 0100007F:9C4A 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 30 10 -1
           2: 0100007F:9C4A 0100007F:EEE9 %s 00000000:00000000 00:00000000 00000000 %5d        0 3 1 0 20 4 30 10 -1
        """
                .formatted(state, user);
    }

    private static InetSocketAddress end(String address, int port) {
        return new InetSocketAddress(address, port);
    }

    private ProcNetPeers peers(String tcp, String tcp6) throws IOException {
        return new ProcNetPeers(
                1000,
                Files.writeString(folder.resolve("tcp"), tcp),
                Files.writeString(folder.resolve("tcp6"), tcp6));
    }

    @ParameterizedTest(name = "state {0}, user {1}: {2}")
    @CsvSource({
        "01,1000,true",
        "01,1001,false",
        "01,0,false",
        "01,65534,false",
        "05,1000,false",
        "04,0,false",
        "06,0,false"
    })
    void the_peers_own_established_row_tells_whose_it_is(String state, int user, boolean admitted)
            throws IOException {
        assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the table is of such a one");
        assertEquals(admitted, peers(table(state, user), "").admits(PEER, OWN));
    }

    @Test
    void an_ipv6_socket_that_reaches_the_ipv4_address_is_in_the_other_table() throws IOException {
        assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the table is of such a one");
        String row =
                "   0: 0000000000000000FFFF00000100007F:9C4A 0000000000000000FFFF00000100007F:EEE9"
                        + " 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20\n";
        assertTrue(peers("", row).admits(PEER, OWN));
        String six =
                "   0: 00000000000000000000000001000000:9C4A 00000000000000000000000001000000:EEE9"
                        + " 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20\n";
        assertTrue(peers("", six).admits(end("::1", 0x9C4A), end("::1", 61161)));
        assertFalse(peers("", six).admits(PEER, OWN));
    }

    @Test
    void without_a_row_nobody_is_admitted() throws IOException {
        assertFalse(peers("", "").admits(PEER, OWN));
        assertFalse(
                new ProcNetPeers(1000, folder.resolve("none"), folder.resolve("neither"))
                        .admits(PEER, OWN));
    }

    @Test
    void the_effective_user_counts() {
        assertEquals(
                1001,
                ProcNetPeers.effectiveUser(
                        List.of(
                                "Name:\tjava",
                                "Uid:\t1000\t1001\t1002\t1003",
                                "Gid:\t1\t1\t1\t1")));
    }

    /// The kernel's own tables.
    @ParameterizedTest(name = "from a socket of {0} to {1}")
    @CsvSource({"INET,127.0.0.1", "INET6,127.0.0.1", "INET6,::1"})
    void this_process_is_known_to_itself(StandardProtocolFamily family, String address)
            throws IOException {
        assumeTrue(ProcNetPeers.known(), "Linux has such tables");
        ProcNetPeers peers = ProcNetPeers.ofThisProcess();
        try (ServerSocketChannel door =
                        ServerSocketChannel.open()
                                .bind(new InetSocketAddress(InetAddress.getByName(address), 0));
                SocketChannel client = SocketChannel.open(family)) {
            assertTrue(client.connect(door.getLocalAddress()));
            try (SocketChannel accepted = door.accept()) {
                InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteAddress();
                InetSocketAddress own = (InetSocketAddress) accepted.getLocalAddress();
                assertTrue(peers.admits(peer, own));
            }
        }
    }
}
