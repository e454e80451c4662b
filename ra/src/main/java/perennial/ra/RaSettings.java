// SPDX-License-Identifier: Apache-2.0
package perennial.ra;

import java.net.URI;
import java.util.Optional;

/// How the portal is reached.
///
/// @param host the address or name to listen on; nothing else is listened on
/// @param port 0 for any free one
/// @param agentOrigin where the holder's own agent listens, such as `http://localhost:61161`
/// @param publicAddress scheme, host and port that browsers use, when they differ from the host and
///   port listened on; pages answer under this name only
public record RaSettings(String host, int port, URI agentOrigin, Optional<URI> publicAddress) {
    public RaSettings {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
        }
    }
}
