// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import perennial.protocol.http.BytesHandler;

/// A service and the largest body that is read for it.
///
/// @param mostOctets a longer body is refused with 413; when its length is announced, before any of
///   it is read
public record Mount(BytesHandler handler, int mostOctets) {
    public Mount {
        if (mostOctets < 0) {
            throw new IllegalArgumentException("a body has at least no octets, got " + mostOctets);
        }
    }
}
