// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyTransRecipient;
import org.bouncycastle.cms.RecipientOperator;
import perennial.core.advice.Problem;
import perennial.core.crypto.Decipherer;

/// An RSA key as recipient: RSAES-PKCS1-v1_5 (RFC 3370 4.2.1) and RSAES-OAEP (RFC 3560).
///
/// @param random for the key that takes the place of one that was wrongly padded
record TransportRecipient(Decipherer decipherer, RSAPublicKey key, SecureRandom random)
        implements KeyTransRecipient {
    private static final Map<ASN1ObjectIdentifier, String> DIGESTS =
            Map.of(
                    OIWObjectIdentifiers.idSHA1, "SHA-1",
                    NISTObjectIdentifiers.id_sha256, "SHA-256",
                    NISTObjectIdentifiers.id_sha384, "SHA-384",
                    NISTObjectIdentifiers.id_sha512, "SHA-512");

    @Override
    public RecipientOperator getRecipientOperator(
            AlgorithmIdentifier transport, AlgorithmIdentifier content, byte[] cryptogram)
            throws CMSException {
        ContentCipher cipher = ContentCipher.of(content);
        byte[] contentKey;
        if (transport.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            byte[] substitute = new byte[cipher.keyOctets()];
            random.nextBytes(substitute);
            byte[] padded = RsaPadding.deciphered(decipherer, key, cryptogram);
            contentKey = RsaPadding.pkcs1(padded, substitute);
            Arrays.fill(padded, (byte) 0);
        } else if (transport.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSAES_OAEP)) {
            contentKey = oaep(transport, cipher, cryptogram);
        } else {
            throw spokenNot(transport.getAlgorithm());
        }
        try {
            return cipher.operator(contentKey);
        } finally {
            Arrays.fill(contentKey, (byte) 0);
        }
    }

    private byte[] oaep(AlgorithmIdentifier transport, ContentCipher cipher, byte[] cryptogram) {
        RSAESOAEPparams parameters = RSAESOAEPparams.getInstance(transport.getParameters());
        AlgorithmIdentifier source = parameters.getPSourceAlgorithm();
        boolean plain =
                source.getAlgorithm().equals(PKCSObjectIdentifiers.id_pSpecified)
                        && ASN1OctetString.getInstance(source.getParameters()).getOctets().length
                                == 0
                        && parameters
                                .getMaskGenAlgorithm()
                                .getAlgorithm()
                                .equals(PKCSObjectIdentifiers.id_mgf1);
        if (!plain) {
            throw spokenNot(transport.getAlgorithm());
        }
        String digest = digest(parameters.getHashAlgorithm());
        String mask =
                digest(
                        AlgorithmIdentifier.getInstance(
                                parameters.getMaskGenAlgorithm().getParameters()));
        byte[] padded = RsaPadding.deciphered(decipherer, key, cryptogram);
        try {
            return RsaPadding.oaep(padded, digest, mask, cipher.keyOctets());
        } finally {
            Arrays.fill(padded, (byte) 0);
        }
    }

    private static String digest(AlgorithmIdentifier algorithm) {
        String name = DIGESTS.get(algorithm.getAlgorithm());
        if (name == null) {
            throw spokenNot(algorithm.getAlgorithm());
        }
        return name;
    }

    private static CmsException spokenNot(ASN1ObjectIdentifier algorithm) {
        return new CmsException(
                Problem.FILE_NOT_USABLE, "key transport not spoken here: " + algorithm);
    }
}
