// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataParser;
import org.bouncycastle.cms.CMSEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.KeyAgreeRecipientInformation;
import org.bouncycastle.cms.KeyTransRecipientInformation;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.crypto.io.InvalidCipherTextIOException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;
import org.bouncycastle.util.Selector;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;

/// Enciphers a file for a certificate, and deciphers it with the certificate's key: EnvelopedData
/// (RFC 5652 6). The cipher alone does not tell who made the file or whether it was changed: what
/// must be believed is signed first.
public final class EncipheredFile {
    /// A file for more people than this that names none of the card's certificates is not tried.
    private static final int MAX_RECIPIENTS_TRIED = 16;

    private EncipheredFile() {}

    /// Enciphers with AES-256-CBC; the key with RSAES-OAEP and SHA-256, or by ECDH with SHA-256 and
    /// AES-256 key wrap.
    ///
    /// @throws CmsException KEY_NOT_ALLOWED for a key that is neither RSA nor EC
    public static void encipher(
            Certificate recipient, InputStream content, OutputStream out, SecureRandom random)
            throws IOException {
        try {
            CMSEnvelopedDataStreamGenerator generator = new CMSEnvelopedDataStreamGenerator();
            generator.addRecipientInfoGenerator(recipient(recipient, random));
            var encryptor =
                    new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC)
                            .setSecureRandom(random)
                            .build();
            try (OutputStream enciphering = generator.open(out, encryptor)) {
                content.transferTo(enciphering);
            }
        } catch (CMSException | GeneralSecurityException e) {
            throw new IOException("the file could not be enciphered", e);
        }
    }

    /// Writes the content. What was written when an exception comes is worth nothing.
    ///
    /// A file that names an older certificate of the same key is deciphered too: a renewal does not
    /// make old files unreadable.
    ///
    /// @param certificate the key's
    /// @throws CmsException NOT_ENCRYPTED_FOR_CARD, FILE_NOT_USABLE when it is no EnvelopedData
    public static void decipher(
            Decipherer decipherer,
            Certificate certificate,
            InputStream enciphered,
            OutputStream out,
            SecureRandom random)
            throws IOException {
        try (InputStream content = content(decipherer, certificate, enciphered, random)) {
            content.transferTo(out);
        } catch (InvalidCipherTextIOException e) {
            throw new CmsException(
                    Problem.NOT_ENCRYPTED_FOR_CARD, "the key does not decipher the file", e);
        }
    }

    private static InputStream content(
            Decipherer decipherer,
            Certificate certificate,
            InputStream enciphered,
            SecureRandom random)
            throws IOException {
        try {
            List<RecipientInformation> recipients =
                    recipients(
                            new CMSEnvelopedDataParser(enciphered)
                                    .getRecipientInfos()
                                    .getRecipients(),
                            certificate);
            Recipient key =
                    decipherer.publicKey() instanceof RSAPublicKey rsa
                            ? new TransportRecipient(decipherer, rsa, random)
                            : new AgreementRecipient(decipherer);
            for (RecipientInformation recipient : recipients.subList(0, recipients.size() - 1)) {
                try {
                    return recipient.getContentStream(key).getContentStream();
                } catch (CmsException e) {
                    if (e.problem() != Problem.NOT_ENCRYPTED_FOR_CARD) {
                        throw e;
                    }
                }
            }
            return recipients.getLast().getContentStream(key).getContentStream();
        } catch (CMSException e) {
            throw new CmsException(Problem.FILE_NOT_USABLE, "not an enciphered CMS file", e);
        } catch (RuntimeException e) {
            // What is parsed is a stranger's, and answered with many kinds of exceptions; those
            // that
            // explain themselves are ours or the card's.
            if (e instanceof Explained) {
                throw e;
            }
            throw new CmsException(Problem.FILE_NOT_USABLE, "not an enciphered CMS file", e);
        }
    }

    /// The one that names the certificate, else every one for a key of its kind.
    private static List<RecipientInformation> recipients(
            Collection<RecipientInformation> all, Certificate certificate) throws IOException {
        X509CertificateHolder holder = SignedFile.holder(certificate);
        boolean rsa = certificate.publicKey() instanceof RSAPublicKey;
        List<RecipientInformation> ofKind = new ArrayList<>();
        for (RecipientInformation recipient : all) {
            boolean kind =
                    rsa
                            ? recipient instanceof KeyTransRecipientInformation
                            : recipient instanceof KeyAgreeRecipientInformation;
            if (kind && names(recipient, holder)) {
                return List.of(recipient);
            }
            if (kind && ofKind.size() < MAX_RECIPIENTS_TRIED) {
                ofKind.add(recipient);
            }
        }
        if (ofKind.isEmpty()) {
            throw RsaPadding.notForThisKey();
        }
        return ofKind;
    }

    @SuppressWarnings(
            "unchecked") // the identifier is a selector of certificates, without saying so
    private static boolean names(RecipientInformation recipient, X509CertificateHolder holder) {
        return ((Selector<X509CertificateHolder>) recipient.getRID()).match(holder);
    }

    private static RecipientInfoGenerator recipient(Certificate certificate, SecureRandom random)
            throws GeneralSecurityException {
        return switch (certificate.publicKey()) {
            case RSAPublicKey _ ->
                    new JceKeyTransRecipientInfoGenerator(
                            certificate.x509(),
                            new JcaAlgorithmParametersConverter()
                                    .getAlgorithmIdentifier(
                                            PKCSObjectIdentifiers.id_RSAES_OAEP,
                                            new OAEPParameterSpec(
                                                    "SHA-256",
                                                    "MGF1",
                                                    MGF1ParameterSpec.SHA256,
                                                    PSource.PSpecified.DEFAULT)));
            case ECPublicKey ec -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(ec.getParams(), random);
                KeyPair ephemeral = generator.generateKeyPair();
                yield new JceKeyAgreeRecipientInfoGenerator(
                                CMSAlgorithm.ECDH_SHA256KDF,
                                ephemeral.getPrivate(),
                                ephemeral.getPublic(),
                                CMSAlgorithm.AES256_WRAP)
                        .addRecipient(certificate.x509())
                        .setSecureRandom(random)
                        // The JDK has no key agreement with this KDF.
                        .setProvider(new BouncyCastleProvider());
            }
            default ->
                    throw new CmsException(Problem.KEY_NOT_ALLOWED, "neither an RSA nor an EC key");
        };
    }
}
