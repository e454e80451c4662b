// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;

/// Names a certificate within its authority: positive, at most 20 octets (RFC 5280 4.1.2.2).
///
/// Not the card's number: that is [CardNumber].
public record SerialNumber(BigInteger value) {
    private static final int MAX_OCTETS = 20;

    public SerialNumber {
        if (value.signum() <= 0 || value.toByteArray().length > MAX_OCTETS) {
            throw new IllegalArgumentException(
                    "serial number must be positive and at most 20 octets");
        }
    }

    /// Reads what [#hex] writes; letters in either case.
    public static SerialNumber ofHex(String hex) {
        return new SerialNumber(new BigInteger(1, HexFormat.of().parseHex(hex)));
    }

    /// Upper-case hexadecimal, padded to 32 digits as the holders' screens show it, longer if it
    /// must be.
    public String hex() {
        String digits = value.toString(16).toUpperCase(Locale.ROOT);
        String padded = "0".repeat(Math.max(0, 32 - digits.length())) + digits;
        return padded.length() % 2 == 0 ? padded : "0" + padded;
    }

    @Override
    public String toString() {
        return hex();
    }
}
