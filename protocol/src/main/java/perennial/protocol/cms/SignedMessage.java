// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.CollectionStore;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.DigestSigner;

/// Signs a message for a page of somebody else's: SignedData (RFC 5652 5) in DER with the message
/// and the certificate inside, and the digest that the page asked for. What is signed for the
/// holder's own files is [SignedFile].
public final class SignedMessage {
    /// id-cmc-senderNonce, an OCTET STRING (RFC 5272 6.6).
    private static final ASN1ObjectIdentifier NONCE = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.7.6");

    private SignedMessage() {}

    /// What is signed beside the message.
    ///
    /// @param signingTime as the computer's clock tells it; nobody attests it
    /// @param nonce a value of the page's, against replay
    /// @param cardNumber as the attribute serialNumber (X.520 6.2.9)
    public record Attributes(
            Optional<Instant> signingTime,
            Optional<byte[]> nonce,
            Optional<CardNumber> cardNumber) {}

    /// With the message inside or beside.
    ///
    /// @param signer the certificate's key; used once
    /// @param algorithm of the message's digest and of the signature
    public static byte[] sign(
            DigestSigner signer,
            Certificate certificate,
            DigestAlgorithm algorithm,
            SignedFile.Form form,
            byte[] message,
            Attributes attributes) {
        try {
            X509CertificateHolder holder = SignedFile.holder(certificate);
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                    signerInfo(new DigestContentSigner(signer, algorithm), holder, attributes));
            generator.addCertificates(new CollectionStore<>(List.of(holder)));
            return generator
                    .generate(
                            new CMSProcessableByteArray(message), form == SignedFile.Form.ATTACHED)
                    .toASN1Structure()
                    .getEncoded(ASN1Encoding.DER);
        } catch (CMSException | IOException e) {
            throw new IllegalStateException("a signature of one message in memory", e);
        }
    }

    private static SignerInfoGenerator signerInfo(
            DigestContentSigner signer, X509CertificateHolder certificate, Attributes attributes) {
        try {
            return new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                    .setSignedAttributeGenerator(
                            new DefaultSignedAttributeTableGenerator(table(attributes)))
                    .build(signer, certificate);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("every JDK has the digests", e);
        }
    }

    @SuppressWarnings("JavaUtilDate") // the time's class takes nothing else
    private static AttributeTable table(Attributes attributes) {
        ASN1EncodableVector vector = new ASN1EncodableVector();
        attributes
                .signingTime()
                .ifPresent(time ->
                        vector.add(of(CMSAttributes.signingTime, new Time(Date.from(time)))));
        attributes.nonce().ifPresent(octets -> vector.add(of(NONCE, new DEROctetString(octets))));
        attributes
                .cardNumber()
                .ifPresent(number ->
                        vector.add(
                                of(BCStyle.SERIALNUMBER, new DERPrintableString(number.value()))));
        return new AttributeTable(vector);
    }

    private static Attribute of(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return new Attribute(type, new DERSet(value));
    }
}
