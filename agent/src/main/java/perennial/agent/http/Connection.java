// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// One connection, from its first octets and the question whose they are to its last answer. Run by
/// a thread of its own; closed by whoever has to.
final class Connection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 \r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    private final Peers peers;
    private final Reception reception;
    private final Limits limits;
    private final Deadlines deadlines;
    private final Connections all;

    private volatile boolean answering;

    Connection(
            SocketChannel channel,
            Peers peers,
            Reception reception,
            Limits limits,
            Deadlines deadlines,
            Connections all) {
        this.channel = channel;
        this.peers = peers;
        this.reception = reception;
        this.limits = limits;
        this.deadlines = deadlines;
        this.all = all;
    }

    /// Whether a service is at work for it, or its answer is on the way: then its request was read
    /// whole, and it is not its peer who takes the time.
    boolean answering() {
        return answering;
    }

    void run() {
        try (this) {
            ByteBuffer first = ByteBuffer.allocate(1);
            if (said(first) && maySpeak()) {
                speak(first.get(0));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Gone, or sent away for being slow: nobody is left to be told.
            LOG.log(System.Logger.Level.TRACE, "a connection ended", e);
        } finally {
            all.remove(this);
        }
    }

    /// Waits for the first octet. Nobody is asked about whoever says nothing.
    private boolean said(ByteBuffer first) throws IOException {
        try (Deadlines.Deadline _ = deadlines.close(channel, limits.idle())) {
            return channel.read(first) > 0;
        }
    }

    private boolean maySpeak() throws IOException {
        return channel.getRemoteAddress() instanceof InetSocketAddress peer
                && channel.getLocalAddress() instanceof InetSocketAddress own
                && peers.admits(peer, own)
                && all.admit(this);
    }

    private void speak(byte first) throws IOException, InterruptedException {
        try (Wire wire = new Wire(channel, first)) {
            boolean more = true;
            while (more && begins(wire)) {
                more = exchange(wire);
            }
        }
    }

    private boolean begins(Wire wire) throws IOException {
        try (Deadlines.Deadline _ = deadlines.close(channel, limits.idle())) {
            return wire.begins();
        }
    }

    /// One request and its answer.
    ///
    /// @return whether another may follow
    private boolean exchange(Wire wire) throws IOException, InterruptedException {
        all.waits(this);
        Optional<Head> admitted = Optional.empty();
        byte[] body = new byte[0];
        try (Deadlines.Deadline _ = deadlines.close(channel, limits.request())) {
            Head head = head(wire);
            if (reception.admits(head)) {
                if (head.waits()) {
                    wire.write(ByteBuffer.wrap(CONTINUE));
                }
                body = wire.body(head.length());
                admitted = Optional.of(head);
            }
        } catch (RefusedException e) {
            LOG.log(System.Logger.Level.DEBUG, "refused: {0}", e.getMessage());
        }
        boolean last = true;
        answering = admitted.isPresent();
        try {
            Response answer =
                    admitted.isPresent() ? answer(admitted.get(), body) : Response.refusal();
            wire.wipe();
            admitted.ifPresent(head ->
                    LOG.log(
                            System.Logger.Level.DEBUG,
                            "{0}: {1}",
                            answer.status(),
                            head.request()));
            last = admitted.isEmpty() || admitted.get().last() || answer.status() == 403;
            send(wire, answer, last);
        } finally {
            answering = false;
        }
        if (last) {
            end(wire);
        }
        all.waits(this);
        return !last;
    }

    private void send(Wire wire, Response answer, boolean last) throws IOException {
        try (Deadlines.Deadline _ = deadlines.close(channel, limits.answer())) {
            wire.write(
                    ByteBuffer.wrap(Reception.head(answer, last)), ByteBuffer.wrap(answer.body()));
        }
    }

    private void end(Wire wire) throws IOException {
        try (Deadlines.Deadline _ = deadlines.close(channel, limits.answer())) {
            wire.end();
        }
    }

    private static Head head(Wire wire) throws IOException, RefusedException {
        byte[] octets = wire.head();
        try {
            return Head.parse(octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private Response answer(Head head, byte[] body) throws InterruptedException {
        Request asked = head.request();
        try {
            return reception.answer(
                    new Request(asked.method(), asked.path(), asked.query(), asked.fields(), body));
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /// Ends it at once, whatever it is doing.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection was not closed", e);
        }
    }
}
