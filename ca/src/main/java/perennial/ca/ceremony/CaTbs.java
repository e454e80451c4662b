// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.PublicKey;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import perennial.ca.keys.SignatureContent;
import perennial.core.certificate.Validity;
import perennial.core.crypto.SignatureAlgorithm;

/// What a certificate of an authority will say (RFC 5280 4.1, 4.2).
///
/// @param issuerKey the key that signs; the subject's own for a self-signed certificate
/// @param pathLength how many authorities may follow below
/// @param policies object identifiers in dotted form; empty for no such extension
/// @param issuerAddress where the issuer's certificate is found
/// @param crlAddress where the issuer's CRL is found
record CaTbs(
        BigInteger serial,
        X500Principal issuer,
        PublicKey issuerKey,
        X500Principal subject,
        PublicKey key,
        Validity validity,
        int pathLength,
        List<String> policies,
        Optional<URI> issuerAddress,
        Optional<URI> crlAddress) {

    /// The TBSCertificate, DER.
    byte[] encode() {
        V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(new ASN1Integer(serial));
        tbs.setSignature(SignatureContent.identifier(SignatureAlgorithm.forKey(issuerKey)));
        tbs.setIssuer(X500Name.getInstance(issuer.getEncoded()));
        tbs.setStartDate(new Time(Date.from(validity.notBefore())));
        tbs.setEndDate(new Time(Date.from(validity.notAfter())));
        tbs.setSubject(X500Name.getInstance(subject.getEncoded()));
        tbs.setSubjectPublicKeyInfo(encoded(key));
        try {
            tbs.setExtensions(extensions());
            return tbs.generateTBSCertificate().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("what a ceremony's file says encodes", e);
        }
    }

    boolean isSelfSigned() {
        return key.equals(issuerKey);
    }

    private Extensions extensions() throws IOException {
        X509ExtensionUtils identifiers = new BcX509ExtensionUtils();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
        extensions.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        extensions.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                identifiers.createSubjectKeyIdentifier(encoded(key)));
        if (!isSelfSigned()) {
            extensions.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    identifiers.createAuthorityKeyIdentifier(encoded(issuerKey)));
        }
        if (!policies.isEmpty()) {
            extensions.addExtension(
                    Extension.certificatePolicies,
                    false,
                    new CertificatePolicies(
                            policies.stream()
                                    .map(ASN1ObjectIdentifier::new)
                                    .map(PolicyInformation::new)
                                    .toArray(PolicyInformation[]::new)));
        }
        if (crlAddress.isPresent()) {
            extensions.addExtension(
                    Extension.cRLDistributionPoints,
                    false,
                    new CRLDistPoint(
                            new DistributionPoint[] {
                                new DistributionPoint(
                                        new DistributionPointName(
                                                new GeneralNames(uri(crlAddress.get()))),
                                        null,
                                        null)
                            }));
        }
        if (issuerAddress.isPresent()) {
            extensions.addExtension(
                    Extension.authorityInfoAccess,
                    false,
                    new AuthorityInformationAccess(
                            AccessDescription.id_ad_caIssuers, uri(issuerAddress.get())));
        }
        return extensions.generate();
    }

    private static GeneralName uri(URI address) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, address.toString());
    }

    static SubjectPublicKeyInfo encoded(PublicKey key) {
        return SubjectPublicKeyInfo.getInstance(key.getEncoded());
    }
}
