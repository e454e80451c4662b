// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.net.InetSocketAddress;

/// Who may speak at all, asked before the first octet is read. Safe for use by many threads.
@FunctionalInterface
public interface Peers {
    /// @param peer the other end of a connection
    /// @param own this end
    boolean admits(InetSocketAddress peer, InetSocketAddress own);

    /// This computer, and this user where the system tells whose a connection is (Linux). Elsewhere
    /// whoever is logged in beside this user gets as far as a hostile web page does.
    static Peers thisUser() {
        Peers user = ProcNetPeers.known() ? ProcNetPeers.ofThisProcess() : (peer, own) -> true;
        return (peer, own) -> peer.getAddress().isLoopbackAddress() && user.admits(peer, own);
    }
}
