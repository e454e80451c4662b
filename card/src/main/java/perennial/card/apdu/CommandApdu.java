// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import java.util.Arrays;

/// One short command (ISO/IEC 7816-4 5.1): header, at most 255 octets of data, and the expected
/// answer length.
///
/// The data may be secret: the text form shows only the header, and [#wipe] overwrites it.
///
/// @param le octets expected, 1 to 256, or 0 when no Le field is sent
public record CommandApdu(int cla, int ins, int p1, int p2, byte[] data, int le) {
    public static final int MAX_DATA = 255;

    public CommandApdu {
        if (((cla | ins | p1 | p2) & ~0xFF) != 0) {
            throw new IllegalArgumentException("CLA, INS, P1 and P2 are one octet each");
        }
        if (data.length > MAX_DATA || le < 0 || le > 256) {
            throw new IllegalArgumentException(
                    "a short command has at most 255 octets of data and Le up to 256");
        }
        data = data.clone();
    }

    @Override
    public byte[] data() {
        return data.clone();
    }

    /// The encoding as it goes to the card. The caller wipes the copy where the data is secret.
    public byte[] encoded() {
        int body = data.length == 0 ? 0 : 1 + data.length;
        byte[] encoded = new byte[4 + body + (le > 0 ? 1 : 0)];
        encoded[0] = (byte) cla;
        encoded[1] = (byte) ins;
        encoded[2] = (byte) p1;
        encoded[3] = (byte) p2;
        if (data.length > 0) {
            encoded[4] = (byte) data.length;
            System.arraycopy(data, 0, encoded, 5, data.length);
        }
        if (le > 0) {
            encoded[encoded.length - 1] = (byte) le;
        }
        return encoded;
    }

    /// Overwrites the data.
    public void wipe() {
        Arrays.fill(data, (byte) 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CommandApdu that && Arrays.equals(encoded(), that.encoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded());
    }

    @Override
    public String toString() {
        return "%02X %02X %02X %02X (%d octets)".formatted(cla, ins, p1, p2, data.length);
    }
}
