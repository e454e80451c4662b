// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.protocol.cmp.ProtocolException;

/// A running server with its listeners. Each request has a virtual thread; who is slow costs a
/// connection, of which there is a bounded number, and that only for a while.
public final class AuthorityServer implements AutoCloseable {
    private final Server server;
    private final List<ServerConnector> connectors;

    private AuthorityServer(Server server, List<ServerConnector> connectors) {
        this.server = server;
        this.connectors = List.copyOf(connectors);
    }

    /// What clients may take of the server.
    ///
    /// @param connections at the same time, over all listeners
    /// @param request until a whole request has arrived, and how long a connection stays open
    ///   between two
    /// @param stop how long the last requests have when the server stops
    public record Limits(int connections, Duration request, Duration stop) {
        /// 4,000 connections, 20 seconds, 10 seconds.
        public static Limits standard() {
            return new Limits(4_000, Duration.ofSeconds(20), Duration.ofSeconds(10));
        }
    }

    /// Starts and returns when requests are answered on all listeners.
    ///
    /// @throws ProtocolException CONFIGURATION_INVALID when an address cannot be listened on
    public static AuthorityServer start(List<ServerListener> listeners, Limits limits) {
        Server server = new Server(new VirtualThreadPool());
        RequestDeadline deadline = new RequestDeadline(server.getScheduler(), limits.request());
        List<ServerConnector> connectors = new ArrayList<>();
        Map<Connector, Map<String, Mount>> mounts = new HashMap<>();
        for (ServerListener listener : listeners) {
            ServerConnector connector = connector(server, listener, limits);
            connector.addBean(deadline);
            connectors.add(connector);
            mounts.put(connector, listener.mounts());
            server.addConnector(connector);
        }
        server.addBean(new NetworkConnectionLimit(limits.connections(), server));
        server.setHandler(new GracefulHandler(new MountHandler(mounts, deadline)));
        server.setStopTimeout(limits.stop().toMillis());
        AuthorityServer started = new AuthorityServer(server, connectors);
        started.begin();
        return started;
    }

    /// Where each listener answers, in the order given.
    public List<URI> addresses() {
        return connectors.stream()
                .map(connector ->
                        URI.create(
                                "%s://%s:%d"
                                        .formatted(
                                                connector.getConnectionFactory(
                                                                        SslConnectionFactory.class)
                                                                == null
                                                        ? "http"
                                                        : "https",
                                                connector.getHost(),
                                                connector.getLocalPort())))
                .toList();
    }

    /// Takes no more connections, lets the requests under way be answered, and ends.
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop", e);
        }
    }

    private void begin() {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new ProtocolException(
                    Problem.CONFIGURATION_INVALID,
                    FailInfo.systemFailure,
                    "cannot listen: " + e.getMessage(),
                    e);
        }
    }

    private static ServerConnector connector(
            Server server, ServerListener listener, Limits limits) {
        HttpConnectionFactory http = new HttpConnectionFactory(configuration());
        ServerConnector connector =
                listener.tls()
                        .map(tls ->
                                new ServerConnector(
                                        server,
                                        new SslConnectionFactory(factory(tls), http.getProtocol()),
                                        http))
                        .orElseGet(() -> new ServerConnector(server, http));
        connector.setHost(listener.host());
        connector.setPort(listener.port());
        connector.setIdleTimeout(limits.request().toMillis());
        return connector;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        // An OCSP request in a path is Base64, with slashes encoded or not (RFC 6960 A.1).
        http.setUriCompliance(
                UriCompliance.from(
                        EnumSet.of(
                                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                                UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT)));
        return http;
    }

    private static SslContextFactory.Server factory(TlsSettings tls) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new CurrentServerKey(tls.credential())},
                    new TrustManager[] {new ClientTrust(tls.clients(), tls.clock())},
                    new SecureRandom());
            SslContextFactory.Server factory = new SslContextFactory.Server();
            factory.setSslContext(context);
            factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
            factory.setWantClientAuth(!tls.clients().isEmpty());
            return factory;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK speaks TLS", e);
        }
    }
}
