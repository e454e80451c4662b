// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import perennial.cli.Failure;
import perennial.core.advice.Problem;

/// Ports of this computer.
final class Ports {
    private Ports() {}

    /// The port wanted, or for 0 one that is free now.
    ///
    /// @throws Failure PORT_TAKEN
    static int free(int wanted) {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new Failure(
                    Problem.PORT_TAKEN, "port %d: %s".formatted(wanted, e.getMessage()), e);
        }
    }
}
