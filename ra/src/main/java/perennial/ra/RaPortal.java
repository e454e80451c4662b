// SPDX-License-Identifier: Apache-2.0
package perennial.ra;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import perennial.protocol.http.BytesHandler;
import perennial.ra.web.PortalServer;

/// The registration authority's server: portal pages, their API, and the services mounted beside
/// them.
public final class RaPortal implements AutoCloseable {
    private static final String CMP = "/.well-known/cmp";

    private final PortalServer server;
    private final URI address;

    private RaPortal(PortalServer server, URI address) {
        this.server = server;
        this.address = address;
    }

    /// Starts and returns when requests are answered.
    public static RaPortal start(RaSettings settings, RaServices services) {
        Map<String, BytesHandler> mounts = new HashMap<>(services.mounts());
        mounts.put(CMP, services.cmp());
        PortalServer server =
                PortalServer.start(
                        settings.host(),
                        settings.port(),
                        settings.publicAddress(),
                        settings.agentOrigin(),
                        services.desk(),
                        mounts);
        URI address =
                settings.publicAddress()
                        .orElseGet(() ->
                                URI.create(
                                        "http://%s:%d".formatted(settings.host(), server.port())));
        return new RaPortal(server, address);
    }

    /// Where browsers reach it, without a trailing slash.
    public URI address() {
        return address;
    }

    @Override
    public void close() {
        server.close();
    }
}
