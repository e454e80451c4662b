// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.util.Map;
import java.util.Optional;

/// One address that is listened on, and what is answered there.
///
/// @param host name or address of an interface
/// @param port zero for any free one
/// @param tls absent for plain HTTP
/// @param mounts by their path: beginning with a slash, not ending with one; the longest that fits
///   answers
public record ServerListener(
        String host, int port, Optional<TlsSettings> tls, Map<String, Mount> mounts) {
    public ServerListener {
        mounts = Map.copyOf(mounts);
        for (String path : mounts.keySet()) {
            if (!path.matches("(/[A-Za-z0-9._-]+)+")) {
                throw new IllegalArgumentException(
                        "a mount's path begins with a slash and does not end with one, got "
                                + path);
            }
        }
    }
}
