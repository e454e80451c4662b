// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorIdentifierOrKey;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientKeyIdentifier;
import org.bouncycastle.asn1.cms.ecc.ECCCMSSharedInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import perennial.core.authority.FailInfo;
import perennial.core.crypto.Decipherer;

/// Ephemeral-static ECDH with the X9.63 KDF over SHA-256 and AES-256 key wrap (RFC 5753 3.1, 7.1;
/// RFC 3565 2.3.2).
final class EcdhKeyWrap {
    private static final ASN1ObjectIdentifier SCHEME =
            SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme;
    private static final AlgorithmIdentifier WRAP =
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_wrap);
    private static final byte[] KEY_BITS = {0, 0, 1, 0};

    private EcdhKeyWrap() {}

    static KeyAgreeRecipientInfo wrap(
            ECPublicKey key, byte[] keyIdentifier, SecretKey contentKey, SecureRandom random)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(key.getParams(), random);
        KeyPair ephemeral = generator.generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(key, true);
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.WRAP_MODE, derived(agreement.generateSecret()));
        RecipientEncryptedKey wrapped =
                new RecipientEncryptedKey(
                        new KeyAgreeRecipientIdentifier(new RecipientKeyIdentifier(keyIdentifier)),
                        new DEROctetString(cipher.wrap(contentKey)));
        return new KeyAgreeRecipientInfo(
                new OriginatorIdentifierOrKey(
                        new OriginatorPublicKey(
                                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey),
                                PublicKeys.encoded(ephemeral.getPublic())
                                        .getPublicKeyData()
                                        .getOctets())),
                null,
                new AlgorithmIdentifier(SCHEME, WRAP),
                new DERSequence(wrapped));
    }

    static SecretKey unwrap(Decipherer decipherer, KeyAgreeRecipientInfo recipient)
            throws GeneralSecurityException {
        AlgorithmIdentifier scheme = recipient.getKeyEncryptionAlgorithm();
        OriginatorPublicKey originator = recipient.getOriginator().getOriginatorKey();
        boolean ours =
                scheme.getAlgorithm().equals(SCHEME)
                        && AlgorithmIdentifier.getInstance(scheme.getParameters())
                                .getAlgorithm()
                                .equals(WRAP.getAlgorithm())
                        && originator != null
                        && recipient.getUserKeyingMaterial() == null
                        && recipient.getRecipientEncryptedKeys().size() == 1;
        if (!ours) {
            throw new InvalidMessageException(FailInfo.badAlg, "key agreement not spoken here");
        }
        byte[] point = checkedPoint(decipherer, originator.getPublicKeyData().getOctets());
        RecipientEncryptedKey wrapped =
                RecipientEncryptedKey.getInstance(
                        recipient.getRecipientEncryptedKeys().getObjectAt(0));
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.UNWRAP_MODE, derived(decipherer.decipher(point)));
        return (SecretKey)
                cipher.unwrap(wrapped.getEncryptedKey().getOctets(), "AES", Cipher.SECRET_KEY);
    }

    /// A point that is not on the key's curve would make the card give its key away.
    private static byte[] checkedPoint(Decipherer decipherer, byte[] point) {
        SubjectPublicKeyInfo own = PublicKeys.encoded(decipherer.publicKey());
        ASN1ObjectIdentifier curve =
                ASN1ObjectIdentifier.getInstance(own.getAlgorithm().getParameters());
        X9ECParameters parameters = ECNamedCurveTable.getByOID(curve);
        return ReceivedMessage.decoded(
                "originator key",
                () -> parameters.getCurve().decodePoint(point).normalize().getEncoded(false));
    }

    /// One round of the KDF gives the 32 octets that AES-256 takes.
    private static SecretKey derived(byte[] sharedSecret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(sharedSecret);
            digest.update(new byte[] {0, 0, 0, 1});
            byte[] key = digest.digest(ReceivedMessage.der(new ECCCMSSharedInfo(WRAP, KEY_BITS)));
            SecretKey derived = new SecretKeySpec(key, "AES");
            Arrays.fill(key, (byte) 0);
            return derived;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        } finally {
            Arrays.fill(sharedSecret, (byte) 0);
        }
    }
}
