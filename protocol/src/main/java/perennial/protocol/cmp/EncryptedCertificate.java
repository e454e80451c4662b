// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;

/// A certificate in EnvelopedData for its own key: whoever can confirm it holds the private half
/// (RFC 9810 5.2.8.3.2, 5.2.2). AES-256-CBC inside; integrity is that of the signed message around
/// it, which is verified first.
final class EncryptedCertificate {
    private static final int KEY_OCTETS = 32;
    private static final int BLOCK_OCTETS = 16;

    private EncryptedCertificate() {}

    static EnvelopedData of(Certificate certificate, SecureRandom random) {
        byte[] key = new byte[KEY_OCTETS];
        random.nextBytes(key);
        byte[] iv = new byte[BLOCK_OCTETS];
        random.nextBytes(iv);
        try {
            RecipientInfo recipient = recipient(certificate, key, random);
            byte[] content =
                    cipher(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), iv)
                            .doFinal(certificate.der());
            EncryptedContentInfo encrypted =
                    new EncryptedContentInfo(
                            PKCSObjectIdentifiers.data,
                            new AlgorithmIdentifier(
                                    NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)),
                            new DEROctetString(content));
            return new EnvelopedData(null, new DERSet(recipient), encrypted, (ASN1Set) null);
        } catch (GeneralSecurityException e) {
            throw new InvalidMessageException(
                    FailInfo.badAlg, "nothing can be encrypted for the certificate's key", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// @throws InvalidMessageException when it is not for this key or not as [#of] makes it
    static Certificate decrypted(EnvelopedData enveloped, Decipherer decipherer) {
        EncryptedContentInfo encrypted = enveloped.getEncryptedContentInfo();
        AlgorithmIdentifier algorithm = encrypted.getContentEncryptionAlgorithm();
        boolean ours =
                algorithm.getAlgorithm().equals(NISTObjectIdentifiers.id_aes256_CBC)
                        && encrypted.getEncryptedContent() != null
                        && enveloped.getRecipientInfos().size() == 1;
        if (!ours) {
            throw new InvalidMessageException(FailInfo.badAlg, "encryption not spoken here");
        }
        byte[] iv = ASN1OctetString.getInstance(algorithm.getParameters()).getOctets();
        RecipientInfo recipient =
                RecipientInfo.getInstance(enveloped.getRecipientInfos().getObjectAt(0));
        try {
            byte[] content =
                    cipher(Cipher.DECRYPT_MODE, contentKey(recipient, decipherer), iv)
                            .doFinal(encrypted.getEncryptedContent().getOctets());
            return ReceivedMessage.decoded("certificate", () -> Certificate.ofDer(content));
        } catch (GeneralSecurityException e) {
            throw new InvalidMessageException(
                    FailInfo.badPOP, "certificate is not encrypted for this key", e);
        }
    }

    private static RecipientInfo recipient(
            Certificate certificate, byte[] contentKey, SecureRandom random)
            throws GeneralSecurityException {
        return switch (certificate.publicKey()) {
            case RSAPublicKey rsa ->
                    new RecipientInfo(
                            new KeyTransRecipientInfo(
                                    new RecipientIdentifier(
                                            new DEROctetString(keyIdentifier(certificate))),
                                    RsaOaep.ALGORITHM,
                                    new DEROctetString(RsaOaep.encrypt(rsa, contentKey, random))));
            case ECPublicKey ec ->
                    new RecipientInfo(
                            EcdhKeyWrap.wrap(
                                    ec,
                                    keyIdentifier(certificate),
                                    new SecretKeySpec(contentKey, "AES"),
                                    random));
            default -> throw new GeneralSecurityException("neither an RSA nor an EC key");
        };
    }

    private static SecretKey contentKey(RecipientInfo recipient, Decipherer decipherer)
            throws GeneralSecurityException {
        return switch (recipient.getInfo()) {
            case KeyTransRecipientInfo transport
                    when decipherer.publicKey() instanceof RSAPublicKey rsa -> {
                if (!RsaOaep.ALGORITHM.equals(transport.getKeyEncryptionAlgorithm())) {
                    throw new InvalidMessageException(
                            FailInfo.badAlg, "key transport not spoken here");
                }
                byte[] key =
                        RsaOaep.decrypt(decipherer, rsa, transport.getEncryptedKey().getOctets());
                SecretKey contentKey = new SecretKeySpec(key, "AES");
                Arrays.fill(key, (byte) 0);
                yield contentKey;
            }
            case KeyAgreeRecipientInfo agreement
                    when decipherer.publicKey() instanceof ECPublicKey ->
                    EcdhKeyWrap.unwrap(decipherer, agreement);
            default ->
                    throw new InvalidMessageException(
                            FailInfo.badAlg, "no recipient of this key's kind");
        };
    }

    /// SHA-1 of the key's bits (RFC 5280 4.2.1.2 method 1): a name, nothing rests on it.
    private static byte[] keyIdentifier(Certificate certificate) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1")
                .digest(PublicKeys.encoded(certificate.publicKey()).getPublicKeyData().getOctets());
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] iv)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, key, new IvParameterSpec(iv));
        return cipher;
    }
}
