// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.ecc.ECCCMSSharedInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyAgreeRecipient;
import org.bouncycastle.cms.RecipientOperator;
import org.jspecify.annotations.Nullable;
import perennial.core.advice.Problem;
import perennial.core.crypto.Decipherer;

/// An EC key as recipient: ephemeral-static ECDH with the X9.63 KDF and AES key wrap (RFC 5753 3.1,
/// 7.1; RFC 3565 2.3.2).
record AgreementRecipient(Decipherer decipherer) implements KeyAgreeRecipient {
    /// The standard, not the cofactor kind; on curves of prime order both are one.
    private static final Map<ASN1ObjectIdentifier, String> SCHEMES =
            Map.of(
                    X9ObjectIdentifiers.dhSinglePass_stdDH_sha1kdf_scheme, "SHA-1",
                    SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme, "SHA-256",
                    SECObjectIdentifiers.dhSinglePass_stdDH_sha384kdf_scheme, "SHA-384",
                    SECObjectIdentifiers.dhSinglePass_stdDH_sha512kdf_scheme, "SHA-512");

    private static final Map<ASN1ObjectIdentifier, Integer> WRAPS =
            Map.of(
                    NISTObjectIdentifiers.id_aes128_wrap, 16,
                    NISTObjectIdentifiers.id_aes192_wrap, 24,
                    NISTObjectIdentifiers.id_aes256_wrap, 32);

    @Override
    public AlgorithmIdentifier getPrivateKeyAlgorithmIdentifier() {
        return ownKey().getAlgorithm();
    }

    @Override
    public RecipientOperator getRecipientOperator(
            AlgorithmIdentifier scheme,
            AlgorithmIdentifier content,
            SubjectPublicKeyInfo sender,
            @Nullable ASN1OctetString userKeyingMaterial,
            byte[] wrapped)
            throws CMSException {
        AlgorithmIdentifier wrap = AlgorithmIdentifier.getInstance(scheme.getParameters());
        String digest = SCHEMES.get(scheme.getAlgorithm());
        Integer keyOctets = WRAPS.get(wrap.getAlgorithm());
        if (digest == null || keyOctets == null) {
            throw new CmsException(
                    Problem.FILE_NOT_USABLE,
                    "key agreement not spoken here: " + scheme.getAlgorithm());
        }
        ContentCipher cipher = ContentCipher.of(content);
        byte[] shared = decipherer.decipher(checkedPoint(sender));
        try {
            byte[] info =
                    new ECCCMSSharedInfo(
                                    wrap,
                                    userKeyingMaterial == null
                                            ? null
                                            : userKeyingMaterial.getOctets(),
                                    ByteBuffer.allocate(4).putInt(keyOctets * 8).array())
                            .getEncoded(ASN1Encoding.DER);
            return cipher.operator(unwrapped(kdf(digest, shared, info, keyOctets), wrapped));
        } catch (IOException e) {
            throw new CMSException("shared info", e);
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }

    /// The key wrap has a check of its own, so a wrong key is known here.
    private static byte[] unwrapped(byte[] wrapKey, byte[] wrapped) {
        SecretKey key = new SecretKeySpec(wrapKey, "AES");
        Arrays.fill(wrapKey, (byte) 0);
        try {
            Cipher cipher = Cipher.getInstance("AESWrap");
            cipher.init(Cipher.UNWRAP_MODE, key);
            return cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new CmsException(
                    Problem.NOT_ENCRYPTED_FOR_CARD,
                    "the file's key is not enciphered for this key",
                    e);
        }
    }

    /// ANSI X9.63 3.6.1, as SEC 1 gives it.
    private static byte[] kdf(String digest, byte[] shared, byte[] info, int octets) {
        try {
            MessageDigest hash = MessageDigest.getInstance(digest);
            byte[] key = new byte[octets];
            int step = hash.getDigestLength();
            for (int from = 0, counter = 1; from < octets; from += step, counter++) {
                hash.update(shared);
                hash.update(ByteBuffer.allocate(4).putInt(counter).array());
                byte[] round = hash.digest(info);
                System.arraycopy(round, 0, key, from, Math.min(step, octets - from));
                Arrays.fill(round, (byte) 0);
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + digest, e);
        }
    }

    /// A point that is not on the key's curve would make the card give its key away.
    private byte[] checkedPoint(SubjectPublicKeyInfo sender) {
        ASN1ObjectIdentifier curve =
                ASN1ObjectIdentifier.getInstance(ownKey().getAlgorithm().getParameters());
        X9ECParameters parameters = ECNamedCurveTable.getByOID(curve);
        try {
            return parameters
                    .getCurve()
                    .decodePoint(sender.getPublicKeyData().getOctets())
                    .normalize()
                    .getEncoded(false);
        } catch (RuntimeException e) {
            throw new CmsException(
                    Problem.FILE_NOT_USABLE, "the sender's key is not on this key's curve", e);
        }
    }

    private SubjectPublicKeyInfo ownKey() {
        return SubjectPublicKeyInfo.getInstance(decipherer.publicKey().getEncoded());
    }
}
