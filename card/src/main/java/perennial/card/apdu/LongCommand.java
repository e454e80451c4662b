// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import java.util.Arrays;

/// One command with more data than a short one can carry; goes out as a chain (ISO/IEC 7816-4
/// 5.3.3). CLA is 00.
///
/// The data may be secret: the text form shows only the header, and [#wipe] overwrites it.
///
/// @param data at most 8192 octets
/// @param answered whether data is expected back
public record LongCommand(int ins, int p1, int p2, byte[] data, boolean answered) {
    public static final int MAX_DATA = 8192;

    public LongCommand {
        if (((ins | p1 | p2) & ~0xFF) != 0 || data.length > MAX_DATA) {
            throw new IllegalArgumentException(
                    "INS, P1 and P2 are one octet each, data at most " + MAX_DATA);
        }
        data = data.clone();
    }

    @Override
    public byte[] data() {
        return data.clone();
    }

    /// Overwrites the data.
    public void wipe() {
        Arrays.fill(data, (byte) 0);
    }

    /// The data from one octet to before another, a copy.
    byte[] part(int from, int to) {
        return Arrays.copyOfRange(data, from, to);
    }

    int length() {
        return data.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LongCommand that
                && ins == that.ins
                && p1 == that.p1
                && p2 == that.p2
                && answered == that.answered
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * ((ins << 16) | (p1 << 8) | p2) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "00 %02X %02X %02X (%d octets)".formatted(ins, p1, p2, data.length);
    }
}
