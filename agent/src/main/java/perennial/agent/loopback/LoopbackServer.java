// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import perennial.agent.AgentException;
import perennial.agent.json.Json;
import perennial.agent.renewal.CardRenewals;
import perennial.agent.sealing.OneTimeKeys;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.FileTools;
import perennial.agent.tools.UnlockTools;
import perennial.core.advice.Problem;

/// The agent's window at `http://localhost:PORT`, on both loopback addresses, 127.0.0.1 and ::1: a
/// browser may take either for "localhost", and whoever else had the other one could pose as the
/// agent.
public final class LoopbackServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LoopbackServer.class.getName());
    private static final byte[] IPV4 = {127, 0, 0, 1};
    private static final byte[] IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final int BACKLOG = 32;
    private static final int PORTS_TRIED = 20;

    private final List<HttpServer> servers;
    private final int port;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ReaderWatch watch;
    private final WindowFiles files;

    /// @param version what the pages are told
    /// @param origins the origins of the pages that may ask for a renewal
    public record Identity(String version, List<URI> origins) {}

    /// What the card tools' page works with.
    ///
    /// @param trust whose certificates count where a signature is verified
    /// @param folder where files lie while they are worked on; emptied first and last
    public record Tools(
            CardTools cards,
            FileTools files,
            FileTools.Trust trust,
            UnlockTools unlocking,
            Path folder) {}

    private LoopbackServer(List<HttpServer> servers, ReaderWatch watch, WindowFiles files) {
        this.servers = servers;
        this.port = servers.getFirst().getAddress().getPort();
        this.watch = watch;
        this.files = files;
    }

    /// @param port 0 for any that is free on both addresses
    /// @throws AgentException PORT_TAKEN when another program has it on either address
    public static LoopbackServer start(
            int port,
            Identity identity,
            CardRenewals renewals,
            Tools tools,
            ReaderWatch watch,
            SecureRandom random) {
        LoopbackServer loopback =
                new LoopbackServer(bind(port), watch, new WindowFiles(tools.folder()));
        loopback.serve(identity, renewals, tools, random);
        return loopback;
    }

    public int port() {
        return port;
    }

    private void serve(Identity identity, CardRenewals renewals, Tools tools, SecureRandom random) {
        Answers answers = new Answers();
        Windows windows = new Windows(random);
        ReaderRoutes cards = new ReaderRoutes(renewals, watch, answers);
        OneTimeKeys keys = new OneTimeKeys(random);
        RenewalRoutes runs = new RenewalRoutes(renewals, workers, random, keys, answers);
        ToolRoutes tooling =
                new ToolRoutes(
                        tools.cards(), tools.unlocking(), identity.origins(), files, keys, answers);
        FileRoutes filing = new FileRoutes(tools.files(), tools.trust(), files, tooling, keys);
        Map<String, Route> routes =
                Map.ofEntries(
                        Map.entry("open", call -> opened(identity, windows)),
                        Map.entry("readers", cards::readers),
                        Map.entry("wait", cards::await),
                        Map.entry("card", cards::card),
                        Map.entry("unfinished", call -> cards.unfinished()),
                        Map.entry("renewal", runs::plan),
                        Map.entry(
                                "key",
                                call -> new Json.Members().with("key", keys.fresh(call.window()))),
                        Map.entry("pin", runs::pin),
                        Map.entry("progress", runs::progress),
                        Map.entry("tool-card", tooling::card),
                        Map.entry("tool-change-pin", tooling::changePin),
                        Map.entry("tool-unlock", tooling::unlock),
                        Map.entry("tool-unlock-online", tooling::unlockOnline),
                        Map.entry("tool-unlock-request", tooling::unlockRequest),
                        Map.entry("tool-unlock-finish", tooling::unlockFinish),
                        Map.entry("file-begin", filing::begin),
                        Map.entry(WindowHandler.FILE_PART, filing::append),
                        Map.entry("file-sign", filing::sign),
                        Map.entry("file-verify", filing::verify),
                        Map.entry("file-decipher", filing::decipher),
                        Map.entry("file-part", filing::part),
                        Map.entry("file-forget", filing::forget));
        WindowHandler handler =
                new WindowHandler(
                        new RequestGate(port),
                        new PageTable(identity.version()),
                        windows,
                        routes,
                        answers);
        for (HttpServer server : servers) {
            server.createContext("/", handler);
            server.setExecutor(requests);
            server.start();
        }
    }

    private static Json.Members opened(Identity identity, Windows windows) {
        return new Json.Members()
                .with("window", windows.open())
                .with("version", identity.version())
                .with(
                        "raOrigins",
                        Answers.list(identity.origins(), o -> new Json.Text(o.toString())));
    }

    private static List<HttpServer> bind(int port) {
        boolean six = hasIpv6();
        if (!six) {
            LOG.log(System.Logger.Level.INFO, "no ::1 on this computer, 127.0.0.1 alone is used");
        }
        for (int tried = 1; ; tried++) {
            List<HttpServer> servers = new ArrayList<>();
            try {
                servers.add(HttpServer.create(new InetSocketAddress(address(IPV4), port), BACKLOG));
                if (six) {
                    int same = servers.getFirst().getAddress().getPort();
                    servers.add(
                            HttpServer.create(new InetSocketAddress(address(IPV6), same), BACKLOG));
                }
                return List.copyOf(servers);
            } catch (BindException e) {
                servers.forEach(s -> s.stop(0));
                if (port != 0 || tried == PORTS_TRIED) {
                    throw new AgentException(Problem.PORT_TAKEN, "port " + port, e);
                }
            } catch (IOException e) {
                servers.forEach(s -> s.stop(0));
                throw new AgentException(Problem.PORT_TAKEN, "port " + port, e);
            }
        }
    }

    private static boolean hasIpv6() {
        try {
            return NetworkInterface.getByInetAddress(address(IPV6)) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 octets are addresses", e);
        }
    }

    /// A running renewal gets ten seconds to come to its end; what it has not done by then the next
    /// start finishes.
    @Override
    public void close() {
        watch.close();
        servers.forEach(s -> s.stop(0));
        requests.shutdownNow();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        files.close();
    }
}
