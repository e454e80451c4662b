// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import perennial.core.authority.ProofOfPossession;

/// The key that is to be certified and how its possession is shown.
record RequestedKey(PublicKey key, ProofOfPossession proof) {

    /// Reads a SubjectPublicKeyInfo that the register has kept.
    static RequestedKey of(String algorithm, byte[] encoded, ProofOfPossession proof) {
        try {
            PublicKey key =
                    KeyFactory.getInstance(algorithm)
                            .generatePublic(new X509EncodedKeySpec(encoded));
            return new RequestedKey(key, proof);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "the register's %s key cannot be read".formatted(algorithm), e);
        }
    }

    /// Whether both are the same SubjectPublicKeyInfo, whatever class a provider gives them.
    static boolean same(PublicKey one, PublicKey other) {
        return Arrays.equals(one.getEncoded(), other.getEncoded());
    }
}
