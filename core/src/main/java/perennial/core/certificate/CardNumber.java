// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

/// Names a card, as printed on it: 1 to 16 visible ASCII characters (PKCS #11
/// CK_TOKEN_INFO.serialNumber).
///
/// Not a certificate's number: that is [SerialNumber].
public record CardNumber(String value) {
    public CardNumber {
        boolean visible = value.chars().allMatch(c -> c > ' ' && c < 0x7F);
        if (value.isEmpty() || value.length() > 16 || !visible) {
            throw new IllegalArgumentException(
                    "card number must be 1 to 16 visible ASCII characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
