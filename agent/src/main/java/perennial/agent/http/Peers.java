// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.net.InetSocketAddress;
import perennial.agent.sockets.SocketOwners;

/// Who may speak at all, asked before an octet of a connection is looked at. Safe for use by many
/// threads.
@FunctionalInterface
public interface Peers {
    /// @param peer the other end of a connection
    /// @param own this end
    boolean admits(InetSocketAddress peer, InetSocketAddress own);

    /// This computer, and this user where the system tells whose a connection is (Linux). Elsewhere
    /// whoever is logged in beside this user gets as far as a hostile web page does.
    static Peers thisUser() {
        Peers user =
                SocketOwners.ofThisSystem()
                        .<Peers>map(SameUser::ofThisProcess)
                        .orElse((peer, own) -> true);
        return (peer, own) -> peer.getAddress().isLoopbackAddress() && user.admits(peer, own);
    }
}
