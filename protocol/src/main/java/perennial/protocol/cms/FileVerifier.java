// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataParser;
import org.bouncycastle.cms.CMSTypedStream;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.Store;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.protocol.cms.SignerVerdict.Doubt;

/// Verifies signed files (RFC 5652 5). Safe for use by many threads.
public final class FileVerifier {
    /// More signatures than any file of this field carries.
    private static final int MAX_SIGNERS = 64;

    private static final Set<ASN1ObjectIdentifier> STRONG =
            Set.of(
                    NISTObjectIdentifiers.id_sha256,
                    NISTObjectIdentifiers.id_sha384,
                    NISTObjectIdentifiers.id_sha512);

    private final List<Certificate> anchors;
    private final List<Certificate> known;
    private final Clock clock;

    /// @param anchors whose certificates count; with none no signature counts
    /// @param known certificates that may not have come with the signature
    public FileVerifier(List<Certificate> anchors, List<Certificate> known, Clock clock) {
        this.anchors = List.copyOf(anchors);
        this.known = List.copyOf(known);
        this.clock = clock;
    }

    /// Verifies a signature with the content inside, and copies the content out.
    ///
    /// @param contentOut gets the content before anything is known of the signature
    /// @return one for each signature, at least one
    /// @throws CmsException FILE_NOT_USABLE when it is no SignedData with content
    public List<SignerVerdict> attached(InputStream signature, OutputStream contentOut)
            throws IOException {
        return verify(new Parsing(signature, Optional.empty()), contentOut);
    }

    /// Verifies a signature on content beside it.
    ///
    /// @throws CmsException FILE_NOT_USABLE when it is no SignedData
    public List<SignerVerdict> detached(InputStream signature, InputStream content)
            throws IOException {
        return verify(
                new Parsing(signature, Optional.of(content)), OutputStream.nullOutputStream());
    }

    private record Parsing(InputStream signature, Optional<InputStream> content) {
        CMSSignedDataParser parser() throws CMSException {
            DigestCalculatorProvider digests;
            try {
                digests = new JcaDigestCalculatorProviderBuilder().build();
            } catch (OperatorCreationException e) {
                throw new IllegalStateException("the JDK has digests", e);
            }
            return content.isPresent()
                    ? new CMSSignedDataParser(digests, new CMSTypedStream(content.get()), signature)
                    : new CMSSignedDataParser(digests, signature);
        }
    }

    // What is parsed is a stranger's: the parser answers nonsense with many kinds of exceptions.
    private List<SignerVerdict> verify(Parsing parsing, OutputStream contentOut)
            throws IOException {
        List<SignerInformation> signers;
        List<Certificate> given;
        try {
            CMSSignedDataParser parser = parsing.parser();
            CMSTypedStream content = parser.getSignedContent();
            if (content == null) {
                throw new CmsException(
                        Problem.FILE_NOT_USABLE, "the signature is detached: name its file");
            }
            content.getContentStream().transferTo(contentOut);
            given = certificates(parser);
            signers = List.copyOf(parser.getSignerInfos().getSigners());
        } catch (CmsException e) {
            throw e;
        } catch (CMSException | RuntimeException e) {
            throw new CmsException(Problem.FILE_NOT_USABLE, "not a CMS signature", e);
        }
        if (signers.isEmpty() || signers.size() > MAX_SIGNERS) {
            throw new CmsException(
                    Problem.FILE_NOT_USABLE, "a file with %d signatures".formatted(signers.size()));
        }
        List<Certificate> all = Stream.concat(given.stream(), known.stream()).toList();
        return signers.stream().map(signer -> verdict(signer, all)).toList();
    }

    private static List<Certificate> certificates(CMSSignedDataParser parser)
            throws CMSException, IOException {
        List<Certificate> certificates = new ArrayList<>();
        Store<?> given = parser.getCertificates();
        for (Object one : given.getMatches(null)) {
            certificates.add(Certificate.ofDer(((X509CertificateHolder) one).getEncoded()));
        }
        return certificates;
    }

    private SignerVerdict verdict(SignerInformation signer, List<Certificate> all) {
        Optional<Instant> claimed = claimedTime(signer);
        EnumSet<Doubt> doubts = EnumSet.noneOf(Doubt.class);
        if (!STRONG.contains(signer.getDigestAlgorithmID().getAlgorithm())) {
            doubts.add(Doubt.WEAK_DIGEST);
        }
        Optional<Certificate> found = all.stream().filter(c -> isNamed(signer, c)).findFirst();
        if (found.isEmpty()) {
            doubts.add(Doubt.NO_CERTIFICATE);
            return new SignerVerdict(found, claimed, doubts, List.of());
        }
        Certificate certificate = found.get();
        if (!intact(signer, certificate)) {
            doubts.add(Doubt.NOT_INTACT);
        }
        if (!meant(signer, certificate)) {
            doubts.add(Doubt.OTHER_CERTIFICATE);
        }
        if (!maySign(certificate)) {
            doubts.add(Doubt.NOT_FOR_SIGNATURES);
        }
        Instant now = clock.instant();
        Instant signed = claimed.orElse(now);
        if (!certificate.validity().contains(signed) || signed.isAfter(now)) {
            doubts.add(Doubt.NOT_VALID_WHEN_SIGNED);
        } else if (!certificate.validity().contains(now)) {
            doubts.add(Doubt.EXPIRED_SINCE);
        }
        Instant at = certificate.validity().contains(now) ? now : signed;
        List<Certificate> chain = CertificateChain.find(certificate, all, anchors, at);
        if (chain.isEmpty()) {
            doubts.add(Doubt.NOT_TRUSTED);
        }
        return new SignerVerdict(found, claimed, doubts, chain);
    }

    private static boolean isNamed(SignerInformation signer, Certificate certificate) {
        try {
            return signer.getSID().match(SignedFile.holder(certificate));
        } catch (IOException e) {
            throw new IllegalStateException("a certificate is one", e);
        }
    }

    private static boolean intact(SignerInformation signer, Certificate certificate) {
        try {
            return signer.verify(
                    new JcaSimpleSignerInfoVerifierBuilder()
                            // The JDK knows RSASSA-PSS by another name than the parser asks for.
                            .setProvider(new BouncyCastleProvider())
                            .build(certificate.publicKey()));
        } catch (CMSException | OperatorCreationException | RuntimeException e) {
            return false;
        }
    }

    /// RFC 5035 4: the certificate that the signer meant must be the one that verifies.
    private static boolean meant(SignerInformation signer, Certificate certificate) {
        Optional<ASN1Encodable> value =
                attribute(signer, PKCSObjectIdentifiers.id_aa_signingCertificateV2);
        if (value.isEmpty()) {
            return true;
        }
        try {
            ESSCertIDv2[] meant = SigningCertificateV2.getInstance(value.get()).getCerts();
            if (meant.length == 0) {
                return false;
            }
            ASN1ObjectIdentifier digest = meant[0].getHashAlgorithm().getAlgorithm();
            return STRONG.contains(digest)
                    && MessageDigest.isEqual(
                            meant[0].getCertHash(),
                            MessageDigest.getInstance(digest.getId()).digest(certificate.der()));
        } catch (NoSuchAlgorithmException | RuntimeException e) {
            return false;
        }
    }

    private static boolean maySign(Certificate certificate) {
        Set<KeyUsage> usages = certificate.keyUsages();
        return usages.isEmpty()
                || usages.contains(KeyUsage.DIGITAL_SIGNATURE)
                || usages.contains(KeyUsage.NON_REPUDIATION);
    }

    @SuppressWarnings("JavaUtilDate") // the attribute gives nothing else
    private static Optional<Instant> claimedTime(SignerInformation signer) {
        try {
            return attribute(signer, CMSAttributes.signingTime)
                    .map(value -> Time.getInstance(value).getDate().toInstant());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /// The attribute's value; empty unless it is there once with one value (RFC 5652 11).
    private static Optional<ASN1Encodable> attribute(
            SignerInformation signer, ASN1ObjectIdentifier type) {
        AttributeTable attributes = signer.getSignedAttributes();
        if (attributes == null || attributes.getAll(type).size() != 1) {
            return Optional.empty();
        }
        Attribute attribute = attributes.get(type);
        return attribute != null && attribute.getAttrValues().size() == 1
                ? Optional.of(attribute.getAttrValues().getObjectAt(0))
                : Optional.empty();
    }
}
