// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

/// The key algorithms of the card, with their identifiers (SP 800-78-4 table 6-2).
public enum KeyAlgorithm {
    RSA_2048(0x07),
    P_256(0x11);

    private final int identifier;

    KeyAlgorithm(int identifier) {
        this.identifier = identifier;
    }

    int identifier() {
        return identifier;
    }
}
