// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import perennial.core.crypto.Decipherer;

/// Keys in memory that do what a card's key does, and no more.
final class SoftwareKeys {
    private SoftwareKeys() {}

    static KeyPair rsa(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair p256(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Decipherer decipherer(KeyPair pair) {
        return new Decipherer() {
            @Override
            public PublicKey publicKey() {
                return pair.getPublic();
            }

            @Override
            public byte[] decipher(byte[] cryptogram) {
                try {
                    return pair.getPublic() instanceof ECPublicKey key
                            ? sharedX(key, cryptogram)
                            : bareRsa(cryptogram);
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(e);
                }
            }

            private byte[] bareRsa(byte[] cryptogram) throws GeneralSecurityException {
                Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
                cipher.init(Cipher.DECRYPT_MODE, pair.getPrivate());
                return cipher.doFinal(cryptogram);
            }

            private byte[] sharedX(ECPublicKey own, byte[] point) throws GeneralSecurityException {
                ECPoint other =
                        new ECPoint(
                                new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
                                new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
                KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
                agreement.init(pair.getPrivate());
                agreement.doPhase(
                        KeyFactory.getInstance("EC")
                                .generatePublic(new ECPublicKeySpec(other, own.getParams())),
                        true);
                return agreement.generateSecret();
            }
        };
    }
}
