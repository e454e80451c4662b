// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// A PIN or PUK as the card keeps it: eight octets, and how often it may still be tried.
final class ReferenceValue {
    static final int LENGTH = 8;
    private static final int MIN_CHARACTERS = 6;
    private static final byte FILL = (byte) 0xFF;

    final byte[] value = new byte[LENGTH];
    int triesLeft;
    int limit;

    /// Whether the octets are 6 to 8 visible characters, filled up with FF.
    static boolean wellFormed(byte[] in, int offset) {
        int characters = 0;
        while (characters < LENGTH
                && in[offset + characters] > ' '
                && in[offset + characters] < 0x7F) {
            characters++;
        }
        for (int i = characters; i < LENGTH; i++) {
            if (in[offset + i] != FILL) {
                return false;
            }
        }
        return characters >= MIN_CHARACTERS;
    }

    /// Compares in a time that does not depend on where they differ.
    boolean matches(byte[] in, int offset) {
        int difference = 0;
        for (int i = 0; i < LENGTH; i++) {
            difference |= value[i] ^ in[offset + i];
        }
        return difference == 0;
    }

    void set(byte[] in, int offset) {
        System.arraycopy(in, offset, value, 0, LENGTH);
        triesLeft = limit;
    }
}
