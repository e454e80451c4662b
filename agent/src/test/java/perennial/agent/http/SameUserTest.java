// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.agent.sockets.SocketOwner;

class SameUserTest {
    private static final InetSocketAddress PEER =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 40010);
    private static final InetSocketAddress OWN =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 61161);

    @ParameterizedTest(name = "agent of {0}, socket of {1} with inode {2}: {3}")
    @CsvSource({
        "1000,1000,3,true",
        "1000,1001,3,false",
        "1000,0,3,false",
        "1000,65534,3,false",
        "1000,1000,0,false",
        "0,0,3,true",
        "0,0,0,false"
    })
    void a_program_of_this_user_is_admitted(long agent, long user, long inode, boolean admitted) {
        Optional<SocketOwner> owner = Optional.of(new SocketOwner(user, inode));
        assertEquals(admitted, new SameUser(agent, (local, remote) -> owner).admits(PEER, OWN));
    }

    @Test
    void a_connection_that_is_not_found_is_not_admitted() {
        assertFalse(new SameUser(0, (local, remote) -> Optional.empty()).admits(PEER, OWN));
    }

    @Test
    void a_kernel_that_does_not_tell_admits_nobody() {
        SameUser peers =
                new SameUser(
                        0,
                        (local, remote) -> {
                            throw new IOException("no descriptors");
                        });
        assertFalse(peers.admits(PEER, OWN));
    }

    @Test
    void the_effective_user_counts() {
        assertEquals(
                1001,
                SameUser.effectiveUser(
                        List.of(
                                "Name:\tjava",
                                "Uid:\t1000\t1001\t1002\t1003",
                                "Gid:\t1\t1\t1\t1")));
    }
}
