// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import java.util.Arrays;

/// One answer (ISO/IEC 7816-4 5.1): at most 256 octets of data and the status word.
public record ResponseApdu(byte[] data, StatusWord status) {
    private static final int MAX_DATA = 256;

    public ResponseApdu {
        if (data.length > MAX_DATA) {
            throw new IllegalArgumentException(
                    "a short answer has at most 256 octets of data, got " + data.length);
        }
        data = data.clone();
    }

    /// @throws IllegalArgumentException unless there are 2 to 258 octets
    public static ResponseApdu ofEncoded(byte[] octets) {
        if (octets.length < 2 || octets.length > MAX_DATA + 2) {
            throw new IllegalArgumentException(
                    "an answer has 2 to 258 octets, got " + octets.length);
        }
        int sw = ((octets[octets.length - 2] & 0xFF) << 8) | (octets[octets.length - 1] & 0xFF);
        return new ResponseApdu(Arrays.copyOf(octets, octets.length - 2), new StatusWord(sw));
    }

    @Override
    public byte[] data() {
        return data.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResponseApdu that
                && Arrays.equals(data, that.data)
                && status.equals(that.status);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(data) + status.hashCode();
    }

    @Override
    public String toString() {
        return "%s (%d octets)".formatted(status, data.length);
    }
}
