// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A PIN of 6 to 8 visible ASCII characters. Overwritten when closed; shows nothing in its text
/// form.
///
/// It is kept outside the heap: a collector that moves objects leaves copies behind that nobody can
/// overwrite any more.
public final class Pin implements AutoCloseable {
    /// The length of a padded PIN.
    public static final int PADDED = 8;

    private static final int MIN = 6;
    private static final byte PADDING = (byte) 0xFF;

    /// Eight octets, filled up with FF.
    private final MemorySegment block;

    private Pin(MemorySegment block) {
        this.block = block;
    }

    /// Copies the characters; the caller wipes its own.
    ///
    /// @throws IllegalArgumentException unless there are 6 to 8 visible ASCII characters
    public static Pin of(char[] characters) {
        if (characters.length > PADDED) {
            throw malformed();
        }
        MemorySegment block = blank();
        for (int i = 0; i < characters.length; i++) {
            char c = characters[i];
            block.set(ValueLayout.JAVA_BYTE, i, isVisible(c) ? (byte) c : 0);
        }
        return checked(block);
    }

    /// The PIN whose padded form is the exclusive or of two arrays; it is put together outside the
    /// heap alone. The caller wipes the arrays.
    ///
    /// @param share eight octets
    /// @param other eight octets
    /// @throws IllegalArgumentException unless that gives 6 to 8 visible ASCII characters, filled
    ///   up with FF
    public static Pin ofShares(byte[] share, byte[] other) {
        if (share.length != PADDED || other.length != PADDED) {
            throw malformed();
        }
        MemorySegment block = blank();
        for (int i = 0; i < PADDED; i++) {
            block.set(ValueLayout.JAVA_BYTE, i, (byte) (share[i] ^ other[i]));
        }
        return checked(block);
    }

    /// Another one with the same characters, to be closed on its own.
    public Pin copy() {
        return new Pin(blank().copyFrom(block));
    }

    /// Eight octets, filled up with FF (SP 800-73-4 part 2, 2.4.3). The caller wipes the copy, as
    /// soon as the card has it.
    public byte[] padded() {
        return block.toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        block.fill((byte) 0);
    }

    @Override
    public String toString() {
        return "****";
    }

    private static MemorySegment blank() {
        return Arena.ofAuto().allocate(PADDED).fill(PADDING);
    }

    private static Pin checked(MemorySegment block) {
        int length = 0;
        while (length < PADDED && isVisible(block.get(ValueLayout.JAVA_BYTE, length))) {
            length++;
        }
        boolean padded = true;
        for (int i = length; i < PADDED; i++) {
            padded &= block.get(ValueLayout.JAVA_BYTE, i) == PADDING;
        }
        if (length < MIN || !padded) {
            block.fill((byte) 0);
            throw malformed();
        }
        return new Pin(block);
    }

    private static boolean isVisible(int character) {
        return character > ' ' && character < 0x7F;
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("PIN takes 6 to 8 visible ASCII characters");
    }
}
