// SPDX-License-Identifier: Apache-2.0
package perennial.card;

/// A key on the card together with the object that holds its certificate (SP 800-73-4 part 1 table
/// 3, part 2 table 4).
public enum KeySlot {
    AUTHENTICATION(0x9A, 0x5FC105),
    /// The card asks for the PIN before every signature.
    DIGITAL_SIGNATURE(0x9C, 0x5FC10A),
    KEY_MANAGEMENT(0x9D, 0x5FC10B),
    CARD_AUTHENTICATION(0x9E, 0x5FC101);

    private final int keyReference;
    private final int certificateObject;

    KeySlot(int keyReference, int certificateObject) {
        this.keyReference = keyReference;
        this.certificateObject = certificateObject;
    }

    /// One octet.
    public int keyReference() {
        return keyReference;
    }

    /// The BER-TLV tag of the certificate's data object, three octets.
    public int certificateObject() {
        return certificateObject;
    }
}
