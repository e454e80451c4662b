// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcNetOwnersTest {
    private static final InetSocketAddress PEER = end("127.0.0.1", 0x9C4A);
    private static final InetSocketAddress OWN = end("127.0.0.1", 61161);

    private @TempDir Path folder;

    /// As Linux 6.1 on a little-endian computer writes it.
    private static String table(String state, int user, long inode) {
        return """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:EEE9 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
           1: 0100007F:EEE9 0100007F:9C4A 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 30 10 -1
           2: 0100007F:9C4A 0100007F:EEE9 %s 00000000:00000000 00:00000000 00000000 %5d        0 %d 1 0 20 4 30 10 -1
        """
                .formatted(state, user, inode);
    }

    private static InetSocketAddress end(String address, int port) {
        return new InetSocketAddress(address, port);
    }

    private ProcNetOwners owners(String tcp, String tcp6) throws IOException {
        return new ProcNetOwners(
                Files.writeString(folder.resolve("tcp"), tcp),
                Files.writeString(folder.resolve("tcp6"), tcp6),
                4,
                1);
    }

    @ParameterizedTest(name = "state {0}, user {1}, inode {2}")
    @CsvSource({"01,1000,3", "01,1001,4294967295", "05,1000,7", "04,0,0", "06,0,0"})
    void the_ends_own_row_tells_whose_it_is_in_any_state(String state, int user, long inode)
            throws IOException {
        assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the table is of such a one");
        assertEquals(
                Optional.of(new SocketOwner(user, inode)),
                owners(table(state, user, inode), "").owner(PEER, OWN));
    }

    @Test
    void only_so_many_rows_are_read() throws IOException {
        Path tcp = Files.writeString(folder.resolve("long"), table("01", 1000, 3));
        Path tcp6 = Files.writeString(folder.resolve("empty"), "");
        assertEquals(Optional.empty(), new ProcNetOwners(tcp, tcp6, 3, 1).owner(PEER, OWN));
    }

    @Test
    void an_ipv6_socket_that_reaches_the_ipv4_address_is_in_the_other_table() throws IOException {
        assumeTrue(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the table is of such a one");
        String row =
                "   0: 0000000000000000FFFF00000100007F:9C4A 0000000000000000FFFF00000100007F:EEE9"
                        + " 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20\n";
        Optional<SocketOwner> holder = Optional.of(new SocketOwner(1000, 3));
        assertEquals(holder, owners("", row).owner(PEER, OWN));
        String six =
                "   0: 00000000000000000000000001000000:9C4A 00000000000000000000000001000000:EEE9"
                        + " 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20\n";
        assertEquals(holder, owners("", six).owner(end("::1", 0x9C4A), end("::1", 61161)));
        assertEquals(Optional.empty(), owners("", six).owner(PEER, OWN));
    }

    @Test
    void without_a_row_it_is_nobodys() throws IOException {
        assertEquals(Optional.empty(), owners("", "").owner(PEER, OWN));
        assertEquals(
                Optional.empty(),
                new ProcNetOwners(folder.resolve("none"), folder.resolve("neither"), 3, 1)
                        .owner(PEER, OWN));
    }
}
