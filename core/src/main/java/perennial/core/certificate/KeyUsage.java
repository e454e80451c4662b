// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

/// The bits of the key usage extension that certificates of ours carry, by bit number (RFC 5280
/// 4.2.1.3).
public enum KeyUsage {
    DIGITAL_SIGNATURE(0),
    NON_REPUDIATION(1),
    KEY_ENCIPHERMENT(2),
    DATA_ENCIPHERMENT(3),
    KEY_AGREEMENT(4),
    KEY_CERT_SIGN(5),
    CRL_SIGN(6);

    private final int bit;

    KeyUsage(int bit) {
        this.bit = bit;
    }

    /// The bit's number, counted from the first bit of the BIT STRING.
    public int bit() {
        return bit;
    }
}
