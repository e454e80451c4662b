// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import perennial.card.CardException;

/// Tries whether a private key does what its certificate promises: it signs something new, or
/// deciphers something that only it can.
record KeyProof(SecureRandom random) {
    private static final int NONCE = 32;

    /// @param signs whether to sign; else to decipher
    /// @throws CardException CARD_ANSWER_INVALID when it does not, and whatever the token does
    void prove(TokenKey key, boolean signs) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        if (signs) {
            byte[] _ = key.sign(nonce);
            return;
        }
        try {
            boolean proven =
                    key.publicKey() instanceof ECPublicKey ec
                            ? agrees(key, ec)
                            : deciphers(key, nonce);
            if (!proven) {
                throw TokenSession.invalid("the key does not decipher what is meant for it");
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK enciphers for RSA and EC keys", e);
        }
    }

    private boolean deciphers(TokenKey key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, key.publicKey(), random);
        byte[] block = key.decipher(cipher.doFinal(nonce));
        byte[] end = Arrays.copyOfRange(block, block.length - nonce.length, block.length);
        return MessageDigest.isEqual(end, nonce);
    }

    private boolean agrees(TokenKey key, ECPublicKey own) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(own.getParams(), random);
        KeyPair other = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(other.getPrivate());
        PublicKey mine = own;
        agreement.doPhase(mine, true);
        byte[] point = TokenKeys.point((ECPublicKey) other.getPublic());
        return MessageDigest.isEqual(agreement.generateSecret(), key.decipher(point));
    }
}
