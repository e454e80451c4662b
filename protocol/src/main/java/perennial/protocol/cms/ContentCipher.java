// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.RecipientOperator;
import org.bouncycastle.jcajce.io.CipherInputStream;
import org.bouncycastle.operator.InputDecryptor;
import perennial.core.advice.Problem;

/// What the content is enciphered with: AES-CBC, and Triple-DES for old files, which are read and
/// never made.
record ContentCipher(AlgorithmIdentifier algorithm, String name, int keyOctets) {
    private static final Map<ASN1ObjectIdentifier, Integer> KEY_OCTETS =
            Map.of(
                    NISTObjectIdentifiers.id_aes128_CBC, 16,
                    NISTObjectIdentifiers.id_aes192_CBC, 24,
                    NISTObjectIdentifiers.id_aes256_CBC, 32,
                    PKCSObjectIdentifiers.des_EDE3_CBC, 24);

    static ContentCipher of(AlgorithmIdentifier algorithm) {
        Integer octets = KEY_OCTETS.get(algorithm.getAlgorithm());
        if (octets == null) {
            throw new CmsException(
                    Problem.FILE_NOT_USABLE,
                    "content encryption not spoken here: " + algorithm.getAlgorithm());
        }
        boolean old = algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.des_EDE3_CBC);
        return new ContentCipher(algorithm, old ? "DESede" : "AES", octets);
    }

    /// @param key stays the caller's to wipe
    RecipientOperator operator(byte[] key) {
        if (key.length != keyOctets) {
            throw RsaPadding.notForThisKey();
        }
        try {
            byte[] iv = ASN1OctetString.getInstance(algorithm.getParameters()).getOctets();
            Cipher cipher = Cipher.getInstance(name + "/CBC/PKCS5Padding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, name), new IvParameterSpec(iv));
            return new RecipientOperator(new Decryptor(algorithm, cipher));
        } catch (GeneralSecurityException e) {
            throw new CmsException(Problem.FILE_NOT_USABLE, "not CBC as it should be", e);
        }
    }

    private record Decryptor(AlgorithmIdentifier algorithm, Cipher cipher)
            implements InputDecryptor {
        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return algorithm;
        }

        @Override
        public InputStream getInputStream(InputStream enciphered) {
            return new CipherInputStream(enciphered, cipher);
        }
    }
}
