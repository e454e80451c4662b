// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;

/// The octets of one connection. What was read lies in memory of its own outside the heap, where no
/// collector copies it, and is wiped when the request is done with. For the one thread that made
/// it.
final class Wire implements AutoCloseable {
    /// The longest request line and fields, in octets.
    static final int MAX_HEAD = 16 * 1024;

    private static final int MAX_DISCARDED = 2 * 1024 * 1024;
    private static final int HEAD_END = "\r\n\r\n".length();

    private final SocketChannel channel;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(MAX_HEAD);

    /// Read and not used is what is before its position.
    private final ByteBuffer unused = memory.asByteBuffer();

    /// @param first the octet that was read already
    Wire(SocketChannel channel, byte first) {
        this.channel = channel;
        unused.put(first);
    }

    /// Waits for the first octets of a request.
    ///
    /// @return whether there are any; none come when the peer is done
    boolean begins() throws IOException {
        return unused.position() > 0 || channel.read(unused) > 0;
    }

    /// Everything up to and with the first empty line. The caller wipes it.
    byte[] head() throws IOException, RefusedException {
        int searched = 0;
        for (; ; ) {
            Optional<Integer> end = endOfHead(searched);
            if (end.isPresent()) {
                return take(end.get());
            }
            searched = Math.max(0, unused.position() - HEAD_END + 1);
            if (!unused.hasRemaining()) {
                throw new RefusedException("a head of more than %d octets".formatted(MAX_HEAD));
            }
            if (channel.read(unused) < 0) {
                throw new RefusedException("half a head");
            }
        }
    }

    private Optional<Integer> endOfHead(int from) {
        for (int i = from; i <= unused.position() - HEAD_END; i++) {
            if (unused.get(i) == '\r'
                    && unused.get(i + 1) == '\n'
                    && unused.get(i + 2) == '\r'
                    && unused.get(i + 3) == '\n') {
                return Optional.of(i + HEAD_END);
            }
        }
        return Optional.empty();
    }

    /// Exactly so many octets. The caller wipes them.
    ///
    /// @throws RefusedException when they end before, or when more came with them: a second request
    ///   in the shadow of the first is not read
    byte[] body(int length) throws IOException, RefusedException {
        if (unused.position() > length) {
            throw new RefusedException("more than one request at a time");
        }
        byte[] body = new byte[length];
        boolean whole = false;
        try {
            fill(body);
            whole = true;
            return body;
        } finally {
            if (!whole) {
                Arrays.fill(body, (byte) 0);
            }
        }
    }

    private void fill(byte[] body) throws IOException, RefusedException {
        int filled = unused.position();
        System.arraycopy(take(filled), 0, body, 0, filled);
        while (filled < body.length) {
            unused.clear().limit(Math.min(MAX_HEAD, body.length - filled));
            int read = channel.read(unused);
            if (read < 0) {
                throw new RefusedException("half a body");
            }
            unused.flip().get(body, filled, read);
            filled += read;
        }
        unused.clear();
    }

    private byte[] take(int length) {
        byte[] taken = new byte[length];
        unused.flip().get(taken).compact();
        return taken;
    }

    void write(ByteBuffer... parts) throws IOException {
        while (Arrays.stream(parts).anyMatch(ByteBuffer::hasRemaining)) {
            channel.write(parts);
        }
    }

    /// Ends the connection so that what was written arrives: closing with octets unread would take
    /// it back (RFC 9112 9.6).
    void end() throws IOException {
        channel.shutdownOutput();
        for (int discarded = 0; discarded < MAX_DISCARDED; discarded += unused.position()) {
            if (channel.read(unused.clear()) <= 0) {
                return;
            }
        }
    }

    /// Overwrites everything that was read. What came already of the next request stays.
    void wipe() {
        memory.asSlice(unused.position()).fill((byte) 0);
    }

    @Override
    public void close() {
        memory.fill((byte) 0);
        arena.close();
    }
}
