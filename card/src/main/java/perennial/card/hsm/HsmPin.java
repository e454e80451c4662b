// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/// The PIN of a token that an authority's service logs in with, as often as sessions are lost.
/// Whoever makes it closes it, which wipes it. A PIN that the token has once called wrong is never
/// presented again: a service that tries again and again would lock the token.
public final class HsmPin implements AutoCloseable {
    private static final int MAX_UTF8 = 3;

    private final byte[] octets;
    private boolean usable = true;

    /// @param characters copied; the caller wipes its own
    public HsmPin(char[] characters) {
        byte[] room = new byte[characters.length * MAX_UTF8];
        ByteBuffer buffer = ByteBuffer.wrap(room);
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(characters), buffer, true);
        octets = Arrays.copyOf(room, buffer.position());
        Arrays.fill(room, (byte) 0);
    }

    /// Lends a copy and wipes it afterwards.
    ///
    /// @throws IllegalStateException when it was wiped, or refused by the token
    synchronized void lend(Consumer<byte[]> use) {
        if (!usable) {
            throw new IllegalStateException("the PIN was refused before, or has been wiped");
        }
        byte[] lent = octets.clone();
        try {
            use.accept(lent);
        } finally {
            Arrays.fill(lent, (byte) 0);
        }
    }

    synchronized boolean isUsable() {
        return usable;
    }

    @Override
    public synchronized void close() {
        Arrays.fill(octets, (byte) 0);
        usable = false;
    }

    @Override
    public String toString() {
        return "****";
    }
}
