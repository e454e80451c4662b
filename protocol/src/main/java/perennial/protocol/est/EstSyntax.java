// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.est;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.protocol.cmp.ProtocolException;

/// EST's bodies: DER in base64, whatever a Content-Transfer-Encoding says (RFC 8951).
final class EstSyntax {
    /// Lines of 64 characters: clients built on openssl read no longer ones.
    private static final Base64.Encoder BASE64 =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private EstSyntax() {}

    /// @throws ProtocolException REQUEST_INVALID when it is no base64
    static byte[] decode(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1).replaceAll("[ \t\r\n]", "");
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(
                    Problem.REQUEST_INVALID,
                    FailInfo.badDataFormat,
                    "expected DER in base64, without the lines of PEM",
                    e);
        }
    }

    static byte[] encode(byte[] der) {
        return BASE64.encode(der);
    }

    /// A certs-only Simple PKI Response (RFC 7030 4.1.3), DER.
    static byte[] certsOnly(List<Certificate> certificates) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            for (Certificate certificate : certificates) {
                generator.addCertificate(new X509CertificateHolder(certificate.der()));
            }
            return generator
                    .generate(new CMSAbsentContent())
                    .toASN1Structure()
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException | CMSException e) {
            throw new IllegalStateException("certificates of ours encode", e);
        }
    }

    /// CsrAttrs with one extensionRequest attribute of complete extensions (RFC 8951's ASN.1), DER.
    static byte[] csrAttributes(RequestHints hints) {
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.keyUsage, true, keyUsage(hints.keyUsages()));
            if (!hints.extendedKeyUsages().isEmpty()) {
                List<KeyPurposeId> purposes = new ArrayList<>();
                for (String purpose : hints.extendedKeyUsages()) {
                    purposes.add(KeyPurposeId.getInstance(new ASN1ObjectIdentifier(purpose)));
                }
                extensions.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
            }
            return new DERSequence(
                            new Attribute(
                                    PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
                                    new DERSet(extensions.generate())))
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("a profile of ours encodes", e);
        }
    }

    private static org.bouncycastle.asn1.x509.KeyUsage keyUsage(Set<KeyUsage> usages) {
        int bits = 0;
        for (KeyUsage usage : usages) {
            bits |= 0x80 >> usage.bit();
        }
        return new org.bouncycastle.asn1.x509.KeyUsage(bits);
    }
}
