// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/// Names one renewal of one certificate everywhere: register, journal, and on the wire as the
/// transactionID of exactly 16 octets (RFC 9483 3.1).
public record RenewalId(UUID value) {
    public static final int OCTETS = 16;

    /// A fresh one, of 128 random bits.
    public static RenewalId random(SecureRandom random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return ofOctets(octets);
    }

    /// @throws IllegalArgumentException unless there are exactly 16 octets
    public static RenewalId ofOctets(byte[] octets) {
        if (octets.length != OCTETS) {
            throw new IllegalArgumentException(
                    "transaction id takes 16 octets, got " + octets.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        return new RenewalId(new UUID(buffer.getLong(), buffer.getLong()));
    }

    public static RenewalId parse(String text) {
        return new RenewalId(UUID.fromString(text));
    }

    public byte[] octets() {
        return ByteBuffer.allocate(OCTETS)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
