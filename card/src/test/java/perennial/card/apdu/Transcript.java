// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/// A channel that expects the commands of a conversation, in order, and gives its answers.
public final class Transcript implements ApduChannel {
    private final Deque<String> lines = new ArrayDeque<>();
    private boolean closed;

    /// @param lines command and answer in turns, hexadecimal with spaces
    public Transcript(String... lines) {
        for (String line : lines) {
            this.lines.add(line.replace(" ", ""));
        }
    }

    @Override
    public ResponseApdu transmit(CommandApdu command) {
        HexFormat hex = HexFormat.of().withUpperCase();
        assertEquals(lines.poll(), hex.formatHex(command.encoded()));
        String answer = lines.remove();
        return ResponseApdu.ofEncoded(hex.parseHex(answer));
    }

    @Override
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    public void assertFinished() {
        assertTrue(lines.isEmpty(), () -> "not sent: " + lines);
    }
}
