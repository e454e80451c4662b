// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.HexFormat;
import java.util.Set;

/// CKA_ID: what holds a private key, its public key and its certificate together.
///
/// A key that we make beside another one is named after it: the other's identifier, `7E`, and a
/// number of one octet. So `45`, `45 7E 01` and `45 7E 02` are one line of keys, and whoever sees
/// the token knows which slot an unfinished pair belongs to.
///
/// @param hex lower-case hexadecimal
record KeyId(String hex) {
    private static final HexFormat HEX = HexFormat.of();
    private static final String MARK = "7e";
    private static final int SUFFIX = 4;
    private static final int MAX_NUMBER = 0xFF;

    static KeyId of(byte[] octets) {
        return new KeyId(HEX.formatHex(octets));
    }

    byte[] octets() {
        return HEX.parseHex(hex);
    }

    /// The identifier that the line began with.
    KeyId line() {
        return isNumbered() ? new KeyId(hex.substring(0, hex.length() - SUFFIX)) : this;
    }

    /// The place in the line, 0 for its beginning.
    int number() {
        return isNumbered() ? HexFormat.fromHexDigits(hex, hex.length() - 2, hex.length()) : 0;
    }

    /// Whether it has the form of one that we gave.
    boolean isNumbered() {
        return hex.length() > SUFFIX && hex.startsWith(MARK, hex.length() - SUFFIX);
    }

    /// The next free one of the same line.
    ///
    /// @throws IllegalStateException when 255 keys of one line are on the token
    KeyId next(Set<KeyId> used) {
        for (int number = 1; number <= MAX_NUMBER; number++) {
            KeyId next = new KeyId(line().hex + MARK + HEX.toHexDigits((byte) number));
            if (!used.contains(next)) {
                return next;
            }
        }
        throw new IllegalStateException("a line of keys has at most 255");
    }

    @Override
    public String toString() {
        return hex;
    }
}
