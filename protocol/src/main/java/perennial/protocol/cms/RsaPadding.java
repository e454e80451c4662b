// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import perennial.core.advice.Problem;
import perennial.core.crypto.Decipherer;

/// Content-encryption keys out of RSA cryptograms. A card does the bare private operation, so the
/// padding is removed here, and whoever sends files must not learn from us how it was wrong.
final class RsaPadding {
    private RsaPadding() {}

    /// RSADP, after the checks that keep a cryptogram of another key from the card (RFC 8017
    /// 5.1.2).
    static byte[] deciphered(Decipherer decipherer, RSAPublicKey key, byte[] cryptogram) {
        int octets = (key.getModulus().bitLength() + 7) / 8;
        boolean inRange = new BigInteger(1, cryptogram).compareTo(key.getModulus()) < 0;
        if (cryptogram.length != octets || !inRange) {
            throw notForThisKey();
        }
        byte[] padded = decipherer.decipher(cryptogram);
        if (padded.length != octets) {
            Arrays.fill(padded, (byte) 0);
            throw notForThisKey();
        }
        return padded;
    }

    /// EME-PKCS1-v1_5 (RFC 8017 7.2.2) with the answer of RFC 3218 2.3.2: where the padding or the
    /// length is wrong, the substitute comes back, in the same time. What it deciphers is nonsense,
    /// as it would be with a wrong key.
    ///
    /// @param substitute random, of the length that the key must have
    /// @return a new array of that length; the caller wipes it
    static byte[] pkcs1(byte[] padded, byte[] substitute) {
        int separator = padded.length - substitute.length - 1;
        if (separator < 10) {
            throw new CmsException(Problem.FILE_NOT_USABLE, "an RSA key too short for its file");
        }
        int wrong = padded[0] | (padded[1] ^ 2) | padded[separator];
        for (int i = 2; i < separator; i++) {
            wrong |= ((padded[i] & 0xFF) - 1) >>> 31;
        }
        int takesSubstitute = -(-(wrong & 0xFF) >>> 31);
        byte[] key = new byte[substitute.length];
        for (int i = 0; i < key.length; i++) {
            int found = padded[separator + 1 + i];
            key[i] = (byte) (found ^ ((found ^ substitute[i]) & takesSubstitute));
        }
        return key;
    }

    /// EME-OAEP with an empty label (RFC 8017 7.1.2 step 3). One answer for every kind of wrong
    /// padding, and no branch before it that depends on where it is wrong.
    ///
    /// @param length that the key must have
    /// @return the key; the caller wipes it
    static byte[] oaep(byte[] padded, String digest, String maskDigest, int length) {
        MessageDigest hash = digest(digest);
        int hashOctets = hash.getDigestLength();
        int blockOctets = padded.length - hashOctets - 1;
        int separator = blockOctets - length - 1;
        if (separator < hashOctets) {
            throw notForThisKey();
        }
        byte[] seed = Arrays.copyOfRange(padded, 1, 1 + hashOctets);
        byte[] block = Arrays.copyOfRange(padded, 1 + hashOctets, padded.length);
        mask(seed, block, digest(maskDigest));
        mask(block, seed, digest(maskDigest));
        byte[] label = hash.digest();
        int wrong = padded[0] | (block[separator] ^ 1);
        for (int i = 0; i < hashOctets; i++) {
            wrong |= block[i] ^ label[i];
        }
        for (int i = hashOctets; i < separator; i++) {
            wrong |= block[i];
        }
        byte[] key = Arrays.copyOfRange(block, separator + 1, block.length);
        Arrays.fill(block, (byte) 0);
        if (wrong != 0) {
            Arrays.fill(key, (byte) 0);
            throw notForThisKey();
        }
        return key;
    }

    /// Exclusive-ors the target with MGF1 of the seed (RFC 8017 B.2.1).
    private static void mask(byte[] target, byte[] seed, MessageDigest digest) {
        int step = digest.getDigestLength();
        for (int from = 0, counter = 0; from < target.length; from += step, counter++) {
            digest.update(seed);
            digest.update(
                    new byte[] {
                        (byte) (counter >>> 24),
                        (byte) (counter >>> 16),
                        (byte) (counter >>> 8),
                        (byte) counter
                    });
            byte[] octets = digest.digest();
            for (int i = 0; i < step && from + i < target.length; i++) {
                target[from + i] ^= octets[i];
            }
        }
    }

    static CmsException notForThisKey() {
        return new CmsException(
                Problem.NOT_ENCRYPTED_FOR_CARD, "the file's key is not enciphered for this key");
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }
}
