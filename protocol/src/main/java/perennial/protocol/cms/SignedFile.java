// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.CollectionStore;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;

/// Signs a file: SignedData (RFC 5652 5) with signing time (11.3) and signing-certificate-v2 (RFC
/// 5035 3), BER so that the length need not be known before.
public final class SignedFile {
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private SignedFile() {}

    /// Who signs, and when.
    ///
    /// @param signer the certificate's key; used once, for the attributes of the content
    /// @param chain certificates that lead from the signer's to an anchor, sent along
    /// @param time as the signer claims it; nobody attests it
    public record Signing(
            Signer signer, Certificate certificate, List<Certificate> chain, Instant time) {
        public Signing {
            chain = List.copyOf(chain);
        }
    }

    /// Where the content is.
    public enum Form {
        /// In the signature.
        ATTACHED,
        /// Only its digest is in the signature; the content stays in its own file.
        DETACHED
    }

    /// Reads the content to its end and writes the signature.
    public static void sign(Signing signing, Form form, InputStream content, OutputStream out)
            throws IOException {
        try {
            CMSSignedDataStreamGenerator generator = new CMSSignedDataStreamGenerator();
            generator.addSignerInfoGenerator(signerInfo(signing));
            generator.addCertificates(new CollectionStore<>(holders(signing)));
            try (OutputStream signed = generator.open(out, form == Form.ATTACHED)) {
                content.transferTo(signed);
            }
        } catch (CMSException e) {
            throw new IOException("the signature could not be written", e);
        }
    }

    private static SignerInfoGenerator signerInfo(Signing signing) throws IOException {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(new Attribute(CMSAttributes.signingTime, new DERSet(time(signing.time()))));
        attributes.add(
                new Attribute(
                        PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                        new DERSet(
                                new SigningCertificateV2(
                                        new ESSCertIDv2(
                                                new AlgorithmIdentifier(
                                                        NISTObjectIdentifiers.id_sha256),
                                                sha256(signing.certificate().der()))))));
        try {
            return new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                    .setSignedAttributeGenerator(
                            new DefaultSignedAttributeTableGenerator(
                                    new AttributeTable(attributes)))
                    .build(new KeySigner(signing.signer()), holder(signing.certificate()));
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static List<X509CertificateHolder> holders(Signing signing) throws IOException {
        List<X509CertificateHolder> holders = new ArrayList<>();
        holders.add(holder(signing.certificate()));
        for (Certificate issuer : signing.chain()) {
            holders.add(holder(issuer));
        }
        return holders;
    }

    static X509CertificateHolder holder(Certificate certificate) throws IOException {
        return new X509CertificateHolder(certificate.der());
    }

    /// UTCTime through 2049, GeneralizedTime after it (RFC 5652 11.3).
    private static ASN1Primitive time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).getYear() < 2050
                ? new DERUTCTime(UTC_TIME.format(instant))
                : new DERGeneralizedTime(GENERALIZED_TIME.format(instant));
    }

    static byte[] sha256(byte[] octets) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Signs what was written: the attributes, a few hundred octets.
    private record KeySigner(Signer signer, ByteArrayOutputStream written)
            implements ContentSigner {
        KeySigner(Signer signer) {
            this(signer, new ByteArrayOutputStream());
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return new DefaultSignatureAlgorithmIdentifierFinder()
                    .find(signer.algorithm().jdkName());
        }

        @Override
        public OutputStream getOutputStream() {
            return written;
        }

        @Override
        public byte[] getSignature() {
            return signer.sign(written.toByteArray());
        }
    }
}
