// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Where to ask whose a TCP socket of this computer is. Safe for use by many threads.
@FunctionalInterface
public interface SocketOwners {
    /// @param local the end that is asked about
    /// @param remote what it is connected to
    /// @return empty when there is no such connection
    /// @throws IOException when the kernel cannot be asked
    Optional<SocketOwner> owner(InetSocketAddress local, InetSocketAddress remote)
            throws IOException;

    /// Those of this system; empty where it has no way that we know (not Linux).
    static Optional<SocketOwners> ofThisSystem() {
        return ProcNetOwners.known() ? Optional.of(LinuxOwners.ofThisSystem()) : Optional.empty();
    }
}
