// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import perennial.core.authority.FailInfo;

/// Public keys as SubjectPublicKeyInfo and as the JDK's.
final class PublicKeys {
    private PublicKeys() {}

    /// Whether these are one key, whatever provider made them.
    static boolean same(PublicKey one, PublicKey other) {
        return Arrays.equals(one.getEncoded(), other.getEncoded());
    }

    static SubjectPublicKeyInfo encoded(PublicKey key) {
        return SubjectPublicKeyInfo.getInstance(key.getEncoded());
    }

    /// @throws InvalidMessageException for a key that is neither RSA nor EC
    static PublicKey decoded(SubjectPublicKeyInfo key) {
        var kind = key.getAlgorithm().getAlgorithm();
        String name;
        if (kind.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            name = "RSA";
        } else if (kind.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            name = "EC";
        } else {
            throw new InvalidMessageException(
                    FailInfo.badAlg, "expected an RSA or EC key, got " + kind);
        }
        try {
            return KeyFactory.getInstance(name)
                    .generatePublic(new X509EncodedKeySpec(ReceivedMessage.der(key)));
        } catch (GeneralSecurityException e) {
            throw new InvalidMessageException(
                    FailInfo.badDataFormat, "public key cannot be read", e);
        }
    }
}
