// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.util.Arrays;

/// A PIN of 6 to 8 visible ASCII characters. Overwritten when closed; shows nothing in its text
/// form.
public final class Pin implements AutoCloseable {
    private static final int MIN = 6;
    private static final int MAX = 8;

    private final byte[] octets;

    private Pin(byte[] octets) {
        this.octets = octets;
    }

    /// Copies the characters; the caller wipes its own.
    ///
    /// @throws IllegalArgumentException unless there are 6 to 8 visible ASCII characters
    public static Pin of(char[] characters) {
        boolean visible = true;
        for (char c : characters) {
            visible &= c > ' ' && c < 0x7F;
        }
        if (characters.length < MIN || characters.length > MAX || !visible) {
            throw new IllegalArgumentException("PIN takes 6 to 8 visible ASCII characters");
        }
        byte[] octets = new byte[characters.length];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) characters[i];
        }
        return new Pin(octets);
    }

    /// Another one with the same characters, to be closed on its own.
    public Pin copy() {
        return new Pin(octets.clone());
    }

    /// Eight octets, filled up with FF (SP 800-73-4 part 2, 2.4.3). The caller wipes the copy.
    public byte[] padded() {
        byte[] padded = new byte[MAX];
        Arrays.fill(padded, (byte) 0xFF);
        System.arraycopy(octets, 0, padded, 0, octets.length);
        return padded;
    }

    @Override
    public void close() {
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public String toString() {
        return "****";
    }
}
