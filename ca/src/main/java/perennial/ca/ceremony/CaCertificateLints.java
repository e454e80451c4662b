// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import java.io.IOException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import perennial.ca.issue.key.BlockedKeys;
import perennial.ca.issue.key.KeyCheck;
import perennial.ca.keys.SignatureContent;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;

/// Looks at the bytes of an authority's certificate before they are signed.
final class CaCertificateLints {
    private static final int MIN_SERIAL_BITS = 64;
    private static final int MAX_SERIAL_OCTETS = 20;

    private final byte[] der;
    private final TBSCertificate tbs;
    private final PublicKey issuerKey;
    private final List<String> findings = new ArrayList<>();

    private CaCertificateLints(byte[] der, PublicKey issuerKey) {
        this.der = der;
        this.tbs = TBSCertificate.getInstance(der);
        this.issuerKey = issuerKey;
    }

    /// All that is wrong, each with its clause.
    ///
    /// @param issuer empty for a self-signed certificate
    static List<String> findings(
            byte[] der, PublicKey key, PublicKey issuerKey, Optional<Certificate> issuer) {
        CaCertificateLints lints = new CaCertificateLints(der, issuerKey);
        lints.fields();
        lints.extensions();
        issuer.ifPresent(lints::chain);
        new KeyCheck(BlockedKeys.NONE)
                .serviceFindings(key)
                .forEach(finding -> lints.findings.add(finding.toString()));
        return lints.findings;
    }

    private void fields() {
        require(isDer(), "is DER (RFC 5280 4.1)");
        require(tbs.getVersionNumber() == 3, "version is 3 (RFC 5280 4.1.2.1)");
        var serial = tbs.getSerialNumber().getValue();
        require(
                serial.signum() > 0
                        && serial.bitLength() >= MIN_SERIAL_BITS
                        && serial.toByteArray().length <= MAX_SERIAL_OCTETS,
                "serial number is positive, random, at most 20 octets (RFC 5280 4.1.2.2)");
        require(
                tbs.getSignature()
                        .equals(SignatureContent.identifier(SignatureAlgorithm.forKey(issuerKey))),
                "signature algorithm is the signing key's (RFC 5280 4.1.2.3)");
        require(
                tbs.getSubject().getRDNs().length > 0 && tbs.getIssuer().getRDNs().length > 0,
                "subject and issuer are not empty (RFC 5280 4.1.2.4, 4.1.2.6)");
        require(
                !instant(tbs.getEndDate()).isBefore(instant(tbs.getStartDate())),
                "validity does not end before it begins (RFC 5280 4.1.2.5)");
    }

    private void extensions() {
        Extensions all = tbs.getExtensions();
        BasicConstraints constraints = BasicConstraints.fromExtensions(all);
        require(
                constraints != null && constraints.isCA() && isCritical(Extension.basicConstraints),
                "basic constraints are critical and say authority (RFC 5280 4.2.1.9)");
        require(
                constraints != null && constraints.getPathLenConstraint() != null,
                "the path length is bounded (RFC 5280 4.2.1.9)");
        KeyUsage usage = KeyUsage.fromExtensions(all);
        require(
                usage != null
                        && isCritical(Extension.keyUsage)
                        && usage.equals(new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)),
                "key usage is critical, keyCertSign and cRLSign (RFC 5280 4.2.1.3)");
        SubjectKeyIdentifier identifier = SubjectKeyIdentifier.fromExtensions(all);
        require(
                identifier != null
                        && identifier.equals(
                                new BcX509ExtensionUtils()
                                        .createSubjectKeyIdentifier(tbs.getSubjectPublicKeyInfo())),
                "the subject key identifier is the key's (RFC 5280 4.2.1.2)");
    }

    private void chain(Certificate above) {
        require(
                Arrays.equals(encoding(tbs.getIssuer()), above.subject().getEncoded()),
                "issuer is the issuer's subject, octet for octet (RFC 5280 4.1.2.4)");
        require(
                !instant(tbs.getStartDate()).isBefore(above.validity().notBefore())
                        && !instant(tbs.getEndDate()).isAfter(above.validity().notAfter()),
                "validity lies inside the issuer's (RFC 5280 6.1.3)");
        AuthorityKeyIdentifier named = AuthorityKeyIdentifier.fromExtensions(tbs.getExtensions());
        require(
                named != null
                        && Arrays.equals(
                                named.getKeyIdentifierOctets(),
                                new BcX509ExtensionUtils()
                                        .createSubjectKeyIdentifier(CaTbs.encoded(issuerKey))
                                        .getKeyIdentifier()),
                "the authority key identifier is the issuer's (RFC 5280 4.2.1.1)");
        int room = above.x509().getBasicConstraints();
        BasicConstraints own = BasicConstraints.fromExtensions(tbs.getExtensions());
        boolean sameName = tbs.getSubject().equals(tbs.getIssuer());
        require(
                sameName
                        || own == null
                        || own.getPathLenConstraint() == null
                        || own.getPathLenConstraint().intValueExact() < room,
                "the path length fits below the issuer's (RFC 5280 4.2.1.9)");
    }

    private static Instant instant(Time time) {
        return time.getDate().toInstant();
    }

    private boolean isDer() {
        try {
            return Arrays.equals(
                    ASN1Primitive.fromByteArray(der).getEncoded(ASN1Encoding.DER), der);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isCritical(org.bouncycastle.asn1.ASN1ObjectIdentifier oid) {
        return tbs.getExtensions().getExtension(oid).isCritical();
    }

    private static byte[] encoding(org.bouncycastle.asn1.x500.X500Name name) {
        try {
            return name.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("a name that was read encodes", e);
        }
    }

    private void require(boolean right, String rule) {
        if (!right) {
            findings.add(rule);
        }
    }
}
