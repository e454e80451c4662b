// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.Arrays;
import java.util.List;

/// The kinds of card management keys (SP 800-78-4 table 6-2).
enum ManagementKeyType {
    AES_128(0x08, "AES", 16, 16),
    AES_192(0x0A, "AES", 24, 16),
    AES_256(0x0C, "AES", 32, 16),
    /// Three keys (SP 800-67); cards of the field still come with it.
    TRIPLE_DES(0x03, "DESede", 24, 8);

    private final int identifier;
    private final String cipher;
    private final int length;
    private final int block;

    ManagementKeyType(int identifier, String cipher, int length, int block) {
        this.identifier = identifier;
        this.cipher = cipher;
        this.length = length;
        this.block = block;
    }

    /// Those whose keys have so many octets.
    static List<ManagementKeyType> ofLength(int octets) {
        return Arrays.stream(values()).filter(type -> type.length == octets).toList();
    }

    int identifier() {
        return identifier;
    }

    /// By the JDK's name.
    String cipher() {
        return cipher;
    }

    /// In octets.
    int block() {
        return block;
    }
}
