// SPDX-License-Identifier: Apache-2.0
package perennial.ra;

import java.net.URI;

/// The registration authority's server: portal pages, their API, and the services mounted beside
/// them.
public final class RaPortal implements AutoCloseable {
    private RaPortal() {}

    /// Starts and returns when requests are answered.
    public static RaPortal start(RaSettings settings, RaServices services) {
        throw new UnsupportedOperationException();
    }

    /// Where browsers reach it, without a trailing slash.
    public URI address() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
