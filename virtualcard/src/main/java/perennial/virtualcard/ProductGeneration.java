// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import perennial.virtualcard.applet.Product;

/// What a card knows beside SP 800-73-4, by the generations of cards that the field has.
public enum ProductGeneration {
    /// The standard and nothing else.
    STANDARD(Product.STANDARD),

    /// Tells its version, serial number and keys and attests them, as firmware 5.4 of the YubiKey.
    WITH_METADATA(Product.WITH_METADATA),

    /// Moves and deletes keys besides and makes RSA keys of 3072 bits, as firmware 5.7.
    WITH_MOVE(Product.WITH_MOVE);

    private final byte product;

    ProductGeneration(byte product) {
        this.product = product;
    }

    byte product() {
        return product;
    }
}
