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

    private volatile boolean admitted;
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

    /// Whether it is known whose it is, and that they may speak.
    boolean isAdmitted() {
        return admitted;
    }

    /// Whether a service is at work for it: then its request was read whole, and it is not its peer
    /// who takes the time.
    boolean answering() {
        return answering;
    }

    void run() {
        try (this) {
            speak();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Gone, or sent away for being slow: nobody is left to be told.
            LOG.log(System.Logger.Level.TRACE, "a connection ended", e);
        } finally {
            all.remove(this);
        }
    }

    private boolean maySpeak() throws IOException {
        admitted =
                channel.getRemoteAddress() instanceof InetSocketAddress peer
                        && channel.getLocalAddress() instanceof InetSocketAddress own
                        && peers.admits(peer, own);
        return admitted;
    }

    private void speak() throws IOException, InterruptedException {
        try (Wire wire = new Wire(channel)) {
            // Whoever says nothing is not asked about either.
            boolean more = begins(wire) && maySpeak();
            while (more) {
                more = exchange(wire) && begins(wire);
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
        Response answer = admitted.isPresent() ? answer(admitted.get(), body) : Response.refusal();
        wire.wipe();
        all.waits(this);
        admitted.ifPresent(head ->
                LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", answer.status(), head.request()));
        boolean last = admitted.isEmpty() || admitted.get().last() || answer.status() == 403;
        try (Deadlines.Deadline _ = deadlines.close(channel, limits.answer())) {
            wire.write(
                    ByteBuffer.wrap(Reception.head(answer, last)), ByteBuffer.wrap(answer.body()));
            if (last) {
                wire.end();
            }
        }
        return !last;
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
        answering = true;
        try {
            return reception.answer(
                    new Request(asked.method(), asked.path(), asked.query(), asked.fields(), body));
        } finally {
            answering = false;
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
