// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import java.util.Arrays;

/// An answer put together from its parts, at most 8192 octets, and the status word of the last.
public record LongResponse(byte[] data, StatusWord status) {
    public static final int MAX_DATA = 8192;

    public LongResponse {
        if (data.length > MAX_DATA) {
            throw new IllegalArgumentException("an answer has at most " + MAX_DATA + " octets");
        }
        data = data.clone();
    }

    @Override
    public byte[] data() {
        return data.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LongResponse that
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
