// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import perennial.virtualcard.applet.Coprocessor;

/// Of which kind a card's management key is (SP 800-78-4 table 6-2), and whether the card keeps it
/// behind its PIN; where it does not, whoever writes has to know it.
public record ManagementKey(Algorithm algorithm, boolean keptBehindPin) {
    /// What cards of this product are made with when nothing else is said.
    public static final ManagementKey BEHIND_PIN = new ManagementKey(Algorithm.AES_192, true);

    /// Identifiers of SP 800-78-4 table 6-2.
    public enum Algorithm {
        TRIPLE_DES(Coprocessor.TRIPLE_DES),
        AES_128(Coprocessor.AES_128),
        AES_192(Coprocessor.AES_192),
        AES_256(Coprocessor.AES_256);

        private final byte identifier;

        Algorithm(byte identifier) {
            this.identifier = identifier;
        }

        byte identifier() {
            return identifier;
        }

        /// In octets.
        int length() {
            return Coprocessor.keyLength(identifier);
        }
    }
}
