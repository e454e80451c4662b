// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// The chip's generator of random numbers and keys, and its private-key arithmetic.
///
/// The simulator's own `javacard.security` is not used for these: every key pair it generates is
/// the same, it signs every ECDSA signature with the same nonce, from which anyone can compute the
/// key, and its raw RSA drops leading zeros (jCardSim 3.0.6).
public interface Coprocessor {
    byte TRIPLE_DES = 0x03;
    byte RSA_3072 = 0x05;
    byte RSA_2048 = 0x07;
    byte AES_128 = 0x08;
    byte AES_192 = 0x0A;
    byte AES_256 = 0x0C;
    byte P_256 = 0x11;
    byte P_384 = 0x14;

    /// A new key pair: the private half in the coprocessor's own encoding, the public half as the
    /// value of tag 7F49 (SP 800-73-4 part 2, 3.3.2).
    final class GeneratedKey {
        public final byte[] privateHalf;
        public final byte[] publicHalf;

        public GeneratedKey(byte[] privateHalf, byte[] publicHalf) {
            this.privateHalf = privateHalf;
            this.publicHalf = publicHalf;
        }
    }

    /// This key was made on this card.
    final class Statement {
        public final int reference;
        public final byte algorithm;
        public final byte[] publicHalf;
        public final byte pinPolicy;
        public final byte[] version;
        public final int serial;

        Statement(int reference, CardKey key, Product product) {
            this.reference = reference;
            this.algorithm = key.algorithm;
            this.publicHalf = key.publicHalf;
            this.pinPolicy = key.pinPolicy;
            this.version = product.version();
            this.serial = product.serial;
        }
    }

    void random(byte[] out, int offset, int length);

    /// @param algorithm one of the asymmetric ones
    GeneratedKey generate(byte algorithm);

    /// RSA: the private operation on a block of modulus length, the result of the same length. EC:
    /// the DER-encoded ECDSA signature of a digest.
    ///
    /// @return empty when the input does not fit the key
    byte[] sign(byte algorithm, byte[] key, byte[] in, int offset, int length);

    /// The x-coordinate of the point shared with the uncompressed point given.
    ///
    /// @return empty when that is no point of the curve
    byte[] agree(byte algorithm, byte[] key, byte[] in, int offset, int length);

    /// One block of [#blockLength] octets.
    ///
    /// @param algorithm one of the symmetric ones
    void encipher(byte algorithm, byte[] key, byte[] in, int inOffset, byte[] out, int outOffset);

    /// An X.509 certificate that says what the statement says.
    ///
    /// @param attestationKey the private half of a P-256 key
    byte[] attest(byte[] attestationKey, Statement statement);

    /// Octets of a symmetric key, 0 when the algorithm is none.
    static int keyLength(byte algorithm) {
        return switch (algorithm) {
            case AES_128 -> 16;
            case TRIPLE_DES, AES_192 -> 24;
            case AES_256 -> 32;
            default -> 0;
        };
    }

    /// Octets of a symmetric algorithm's block.
    static int blockLength(byte algorithm) {
        return algorithm == TRIPLE_DES ? 8 : 16;
    }
}
