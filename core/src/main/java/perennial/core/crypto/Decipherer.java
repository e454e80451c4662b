// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.security.PublicKey;

/// A private key for decryption that can be used but not read.
public interface Decipherer {
    PublicKey publicKey();

    /// The private operation of the key, and nothing else.
    ///
    /// RSA: RSADP of a cryptogram of modulus length (RFC 8017 5.1.2); the result has modulus length
    /// and still carries its padding, which the caller removes. EC: the cryptogram is an
    /// uncompressed point, the result the x-coordinate of the shared point, of field length (SP
    /// 800-56A 5.7.1.2). The caller wipes the result.
    byte[] decipher(byte[] cryptogram);
}
