// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import perennial.core.authority.FailInfo;
import perennial.core.crypto.Decipherer;

/// RSAES-OAEP with SHA-256, MGF1 with SHA-256 and an empty label (RFC 8017 7.1). The padding is
/// removed here, because a card does the bare private operation only.
final class RsaOaep {
    static final AlgorithmIdentifier ALGORITHM =
            new AlgorithmIdentifier(
                    PKCSObjectIdentifiers.id_RSAES_OAEP,
                    new RSAESOAEPparams(
                            sha256(),
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha256()),
                            RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM));

    private static final int HASH_OCTETS = 32;

    private RsaOaep() {}

    static byte[] encrypt(RSAPublicKey key, byte[] message, SecureRandom random)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                key,
                new OAEPParameterSpec(
                        "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT),
                random);
        return cipher.doFinal(message);
    }

    /// @return the message; the caller wipes it
    static byte[] decrypt(Decipherer decipherer, RSAPublicKey key, byte[] cryptogram) {
        int octets = (key.getModulus().bitLength() + 7) / 8;
        // Not below the modulus: made for another key of this length (RFC 8017 5.1.2 step 1).
        boolean inRange = new BigInteger(1, cryptogram).compareTo(key.getModulus()) < 0;
        if (cryptogram.length != octets || !inRange) {
            throw undecipherable();
        }
        byte[] padded = decipherer.decipher(cryptogram);
        try {
            if (padded.length != octets) {
                throw undecipherable();
            }
            return unpadded(padded);
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
    }

    /// EME-OAEP decoding (RFC 8017 7.1.2 step 3). One answer for every kind of wrong padding, and
    /// no branch before it that depends on where it is wrong.
    static byte[] unpadded(byte[] padded) {
        int blockOctets = padded.length - HASH_OCTETS - 1;
        if (blockOctets < HASH_OCTETS + 1) {
            throw undecipherable();
        }
        byte[] seed = Arrays.copyOfRange(padded, 1, 1 + HASH_OCTETS);
        byte[] block = Arrays.copyOfRange(padded, 1 + HASH_OCTETS, padded.length);
        mask(seed, block);
        mask(block, seed);

        byte[] label = digest().digest();
        int wrong = padded[0];
        for (int i = 0; i < HASH_OCTETS; i++) {
            wrong |= block[i] ^ label[i];
        }
        int searching = 1;
        int from = 0;
        for (int i = HASH_OCTETS; i < block.length; i++) {
            int octet = block[i] & 0xFF;
            int isZero = (octet - 1) >>> 31;
            int isOne = ((octet ^ 1) - 1) >>> 31;
            from |= -(searching & isOne) & (i + 1);
            wrong |= searching & (1 ^ isZero ^ isOne);
            searching &= isZero;
        }
        wrong |= searching;
        byte[] message = wrong == 0 ? Arrays.copyOfRange(block, from, block.length) : new byte[0];
        Arrays.fill(block, (byte) 0);
        if (wrong != 0) {
            throw undecipherable();
        }
        return message;
    }

    /// Exclusive-ors the target with MGF1 of the seed (RFC 8017 B.2.1).
    private static void mask(byte[] target, byte[] seed) {
        MessageDigest digest = digest();
        for (int from = 0, counter = 0; from < target.length; from += HASH_OCTETS, counter++) {
            digest.update(seed);
            digest.update(
                    new byte[] {
                        (byte) (counter >>> 24),
                        (byte) (counter >>> 16),
                        (byte) (counter >>> 8),
                        (byte) counter
                    });
            byte[] octets = digest.digest();
            for (int i = 0; i < HASH_OCTETS && from + i < target.length; i++) {
                target[from + i] ^= octets[i];
            }
        }
    }

    private static InvalidMessageException undecipherable() {
        return new InvalidMessageException(
                FailInfo.badPOP, "certificate is not encrypted for this key");
    }

    private static AlgorithmIdentifier sha256() {
        return new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
