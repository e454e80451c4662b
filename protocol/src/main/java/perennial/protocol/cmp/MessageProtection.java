// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;

/// Signature-based message protection (RFC 9810 5.1.3.3, RFC 9483 3.2).
final class MessageProtection {
    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";

    private static final Map<ASN1ObjectIdentifier, String> JDK_NAMES =
            Map.of(
                    PKCSObjectIdentifiers.sha256WithRSAEncryption, "SHA256withRSA",
                    PKCSObjectIdentifiers.sha384WithRSAEncryption, "SHA384withRSA",
                    PKCSObjectIdentifiers.sha512WithRSAEncryption, "SHA512withRSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA256, "SHA256withECDSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA384withECDSA",
                    X9ObjectIdentifiers.ecdsa_with_SHA512, "SHA512withECDSA");

    private MessageProtection() {}

    /// The whole message, signed, in DER.
    ///
    /// @param certificates the signer's own first, then its chain (RFC 9483 3.3)
    static byte[] protect(
            PKIHeaderBuilder headerBuilder,
            PKIBody body,
            Signer signer,
            List<Certificate> certificates) {
        headerBuilder.setProtectionAlg(algorithm(signer));
        if (!certificates.isEmpty()) {
            keyIdentifier(certificates.getFirst()).ifPresent(headerBuilder::setSenderKID);
        }
        PKIHeader header = headerBuilder.build();
        byte[] signature =
                signer.sign(
                        ReceivedMessage.der(new DERSequence(new ASN1Encodable[] {header, body})));
        List<CMPCertificate> extraCerts = new ArrayList<>();
        for (Certificate certificate : certificates) {
            extraCerts.add(CMPCertificate.getInstance(certificate.der()));
        }
        return ReceivedMessage.der(
                new PKIMessage(
                        header,
                        body,
                        new DERBitString(signature),
                        extraCerts.toArray(CMPCertificate[]::new)));
    }

    /// The certificate that a message is protected by.
    ///
    /// @param trusted which certificates may protect this message at all
    /// @throws InvalidMessageException when there is none
    static Certificate verified(ReceivedMessage message, Predicate<Certificate> trusted) {
        return verifiedAs(message, certificate -> Optional.of(certificate).filter(trusted));
    }

    /// The one that a message is protected by.
    ///
    /// @param trusted as whom a certificate may protect this message, empty for not at all
    /// @throws InvalidMessageException when there is none
    static <T> T verifiedAs(ReceivedMessage message, Function<Certificate, Optional<T>> trusted) {
        AlgorithmIdentifier algorithm = message.header().getProtectionAlg();
        Optional<byte[]> signature = message.signature();
        if (algorithm == null || signature.isEmpty()) {
            throw new InvalidMessageException(
                    FailInfo.badMessageCheck, "message is not protected by a signature");
        }
        if (!JDK_NAMES.containsKey(algorithm.getAlgorithm())
                && SignatureAlgorithm.ofIdentifier(ReceivedMessage.der(algorithm)).isEmpty()) {
            throw new InvalidMessageException(
                    FailInfo.badAlg, "protection by algorithm " + algorithm.getAlgorithm());
        }
        boolean verifies = false;
        for (Certificate certificate : message.extraCerts()) {
            if (verifies(
                    algorithm, certificate.publicKey(), message.protectedPart(), signature.get())) {
                verifies = true;
                Optional<T> known = trusted.apply(certificate);
                if (known.isPresent()) {
                    return known.get();
                }
            }
        }
        throw verifies
                ? new InvalidMessageException(
                        FailInfo.signerNotTrusted, "no trusted certificate of the signing key")
                : new InvalidMessageException(
                        FailInfo.badMessageCheck, "no certificate verifies the protection");
    }

    /// What the senderKID of messages signed with this certificate's key is (RFC 9810 5.1.1).
    private static Optional<byte[]> keyIdentifier(Certificate certificate) {
        byte[] extension = certificate.x509().getExtensionValue(SUBJECT_KEY_IDENTIFIER);
        if (extension == null) {
            return Optional.empty();
        }
        try {
            byte[] value = ASN1OctetString.getInstance(extension).getOctets();
            return Optional.of(ASN1OctetString.getInstance(value).getOctets());
        } catch (IllegalArgumentException e) {
            // A card may hold any certificate; the identifier only speeds up the other side.
            return Optional.empty();
        }
    }

    /// Whether key usage lets a certificate's key protect messages; without the extension it does.
    static boolean maySign(Certificate certificate) {
        return certificate.keyUsages().isEmpty()
                || certificate.keyUsages().contains(KeyUsage.DIGITAL_SIGNATURE)
                || certificate.keyUsages().contains(KeyUsage.NON_REPUDIATION);
    }

    static AlgorithmIdentifier algorithm(Signer signer) {
        return AlgorithmIdentifier.getInstance(signer.algorithm().identifier());
    }

    /// False also for an algorithm that is not spoken here or does not fit the key.
    static boolean verifies(
            AlgorithmIdentifier algorithm, PublicKey key, byte[] content, byte[] signature) {
        Optional<SignatureAlgorithm> ours =
                SignatureAlgorithm.ofIdentifier(ReceivedMessage.der(algorithm));
        if (ours.isPresent()) {
            return ours.get().verifies(key, content, signature);
        }
        String name = JDK_NAMES.getOrDefault(algorithm.getAlgorithm(), "");
        if (!name.endsWith("with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"))) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(name);
            verifier.initVerify(key);
            verifier.update(content);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
