// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import perennial.virtualcard.applet.Octets;

/// A PIN or PUK as the card keeps it: 16 octets, and how often it may still be tried. There is none
/// until one is set for the first time.
final class ReferenceValue {
    static final int LENGTH = 16;
    private static final int MIN_CHARACTERS = 4;

    private final byte[] value = new byte[LENGTH];
    private final int limit;
    int triesLeft;

    ReferenceValue(int limit) {
        this.limit = limit;
    }

    /// Whether the octets are 4 to 16 visible characters, filled up with 00 to at most 16.
    static boolean wellFormed(byte[] in, int offset, int length) {
        if (length > LENGTH) {
            return false;
        }
        int characters = 0;
        while (characters < length
                && in[offset + characters] > ' '
                && in[offset + characters] < 0x7F) {
            characters++;
        }
        for (int i = characters; i < length; i++) {
            if (in[offset + i] != 0) {
                return false;
            }
        }
        return characters >= MIN_CHARACTERS;
    }

    boolean isSet() {
        return value[0] != 0;
    }

    /// Compares in a time that does not depend on where they differ.
    boolean matches(byte[] in, int offset, int length) {
        int difference = 0;
        for (int i = 0; i < LENGTH; i++) {
            difference |= value[i] ^ (i < length ? in[offset + i] : 0);
        }
        return difference == 0;
    }

    /// Takes the value and gives all tries back.
    void set(byte[] in, int offset, int length) {
        for (int i = 0; i < LENGTH; i++) {
            value[i] = i < length ? in[offset + i] : 0;
        }
        restoreTries();
    }

    void restoreTries() {
        triesLeft = limit;
    }

    void clear() {
        for (int i = 0; i < LENGTH; i++) {
            value[i] = 0;
        }
        triesLeft = 0;
    }

    void write(Octets out) {
        out.put(value);
        out.put((byte) triesLeft);
    }

    void read(Octets in) {
        in.get(value);
        triesLeft = in.get();
        if (triesLeft < 0 || triesLeft > limit) {
            throw new IllegalArgumentException("more tries than there are");
        }
    }
}
