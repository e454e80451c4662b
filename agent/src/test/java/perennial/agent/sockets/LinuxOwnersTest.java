// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinuxOwnersTest {
    private static final InetSocketAddress OWN =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 61161);
    private static final int LAST_IN_TABLE = 2;

    private final List<String> asked = new ArrayList<>();
    private final LinuxOwners owners =
            new LinuxOwners(
                    (local, remote) -> answer("table", local.getPort() <= LAST_IN_TABLE, local),
                    () -> {
                        asked.add("opened");
                        return (local, remote) -> answer("further", true, local);
                    });

    private Optional<SocketOwner> answer(String who, boolean known, InetSocketAddress local) {
        asked.add(who);
        return known ? Optional.of(new SocketOwner(1000, local.getPort())) : Optional.empty();
    }

    private long inode(int port) throws IOException {
        InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return owners.owner(local, OWN).orElseThrow().inode();
    }

    @Test
    void nothing_else_is_opened_while_the_table_is_short() throws IOException {
        assertEquals(1, inode(1));
        assertEquals(2, inode(2));
        assertEquals(List.of("table", "table"), asked);
    }

    @Test
    void from_the_first_that_is_not_in_it_the_table_is_read_no_more() throws IOException {
        assertEquals(3, inode(3));
        assertEquals(1, inode(1));
        assertEquals(List.of("table", "opened", "further", "further"), asked);
    }
}
