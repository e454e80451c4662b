// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// The chip's generator of random numbers and keys, and its private-key arithmetic.
///
/// The simulator's own `javacard.security` is not used for these: every key pair it generates is
/// the same, it signs every ECDSA signature with the same nonce, from which anyone can compute the
/// key, and its raw RSA drops leading zeros (jCardSim 3.0.6).
public interface Coprocessor {
    byte RSA_2048 = 0x07;
    byte AES_192 = 0x0A;
    byte P_256 = 0x11;

    /// A new key pair: the private half in the coprocessor's own encoding, the public half as the
    /// value of tag 7F49 (SP 800-73-4 part 2, 3.3.2).
    final class GeneratedKey {
        final byte[] privateHalf;
        final byte[] publicHalf;

        public GeneratedKey(byte[] privateHalf, byte[] publicHalf) {
            this.privateHalf = privateHalf;
            this.publicHalf = publicHalf;
        }
    }

    void random(byte[] out, int offset, int length);

    /// @param algorithm [#RSA_2048] or [#P_256]
    GeneratedKey generate(byte algorithm);

    /// RSA: the private operation on a block of modulus length, the result of the same length. EC:
    /// the DER-encoded ECDSA signature of a digest.
    ///
    /// @return empty when the input does not fit the key
    byte[] sign(byte algorithm, byte[] key, byte[] in, int offset, int length);

    /// The x-coordinate of the point shared with the uncompressed point given.
    ///
    /// @return empty when that is no point of the curve
    byte[] agree(byte[] key, byte[] in, int offset, int length);

    /// One block of AES, 16 octets.
    void encipher(byte[] key, byte[] in, int inOffset, byte[] out, int outOffset);

    /// The inverse of [#encipher].
    void decipher(byte[] key, byte[] in, int inOffset, byte[] out, int outOffset);
}
