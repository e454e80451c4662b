// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import perennial.agent.AgentException;
import perennial.core.advice.Problem;

/// The door at `http://localhost:PORT`, on both loopback addresses, 127.0.0.1 and ::1: a browser
/// may take either for "localhost", and whoever else had the other one could pose as the agent.
///
/// HTTP/1.1 as far as browsers need it (decision 18).
public final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listener.class.getName());
    private static final byte[] IPV4 = {127, 0, 0, 1};
    private static final byte[] IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final int BACKLOG = 128;
    private static final int PORTS_TRIED = 20;
    private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

    private final List<ServerSocketChannel> doors;
    private final int port;
    private final Limits limits;
    private final Peers peers;
    private final Connections connections;
    private final Deadlines deadlines = new Deadlines();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Listener(List<ServerSocketChannel> doors, int port, Limits limits, Peers peers) {
        this.doors = doors;
        this.port = port;
        this.limits = limits;
        this.peers = peers;
        this.connections = new Connections(limits);
    }

    /// Takes the port; nobody is answered before [#serve].
    ///
    /// @param port 0 for any that is free on both addresses
    /// @throws AgentException PORT_TAKEN when another program has it on either address
    public static Listener open(int port, Limits limits, Peers peers) {
        boolean six = hasIpv6();
        if (!six) {
            LOG.log(System.Logger.Level.INFO, "no ::1 on this computer, 127.0.0.1 alone is used");
        }
        for (int tried = 1; ; tried++) {
            List<ServerSocketChannel> doors = new ArrayList<>();
            try {
                doors.add(bind(StandardProtocolFamily.INET, IPV4, port));
                int same = doors.getFirst().socket().getLocalPort();
                if (six) {
                    doors.add(bind(StandardProtocolFamily.INET6, IPV6, same));
                }
                return new Listener(List.copyOf(doors), same, limits, peers);
            } catch (BindException e) {
                doors.forEach(Listener::close);
                if (port != 0 || tried == PORTS_TRIED) {
                    throw new AgentException(Problem.PORT_TAKEN, "port " + port, e);
                }
            } catch (IOException e) {
                doors.forEach(Listener::close);
                throw new AgentException(Problem.PORT_TAKEN, "port " + port, e);
            }
        }
    }

    private static ServerSocketChannel bind(StandardProtocolFamily family, byte[] address, int port)
            throws IOException {
        ServerSocketChannel door = ServerSocketChannel.open(family);
        try {
            return door.bind(new InetSocketAddress(address(address), port), BACKLOG);
        } catch (IOException e) {
            door.close();
            throw e;
        }
    }

    public int port() {
        return port;
    }

    /// Begins to answer.
    ///
    /// @param services in the order in which they are asked
    public void serve(List<Service> services) {
        Reception reception = new Reception(port, services);
        for (ServerSocketChannel door : doors) {
            threads.execute(() -> accept(door, reception));
        }
    }

    @SuppressWarnings("ThreadPriorityCheck")
    private void accept(ServerSocketChannel door, Reception reception) {
        while (door.isOpen()) {
            try {
                SocketChannel channel = door.accept();
                Connection connection =
                        new Connection(channel, peers, reception, limits, deadlines, connections);
                connections.add(connection);
                threads.execute(connection::run);
                // First come, first heard: in a rush the next is taken when this one had its turn.
                Thread.yield();
            } catch (ClosedChannelException | RejectedExecutionException e) {
                LOG.log(System.Logger.Level.TRACE, "the door is closed", e);
                return;
            } catch (IOException e) {
                // Out of descriptors perhaps.
                LOG.log(System.Logger.Level.WARNING, "a connection was not accepted", e);
                connections.makeRoom();
                if (!rested()) {
                    return;
                }
            }
        }
    }

    private static boolean rested() {
        try {
            Thread.sleep(AFTER_FAILURE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
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

    /// Frees the port and ends every connection; what a service is at is interrupted.
    @Override
    public void close() {
        doors.forEach(Listener::close);
        threads.shutdownNow();
        connections.all().forEach(Connection::close);
        deadlines.close();
    }

    private static void close(ServerSocketChannel door) {
        try {
            door.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the port was not freed", e);
        }
    }
}
