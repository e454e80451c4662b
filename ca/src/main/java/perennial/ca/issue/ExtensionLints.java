// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import static perennial.ca.issue.FieldLints.unless;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;

/// Lints of the extensions (RFC 5280 4.2). That none occurs twice shows when the bytes are read.
final class ExtensionLints {
    private static final int AUTHORITY_USAGES = KeyUsage.keyCertSign | KeyUsage.cRLSign;

    static final List<Lint> ALL =
            List.of(
                    new Lint(
                            "no critical extension but key usage",
                            "RFC 5280 4.2",
                            ExtensionLints::critical),
                    new Lint(
                            "authority key identifier is the issuing key's",
                            "RFC 5280 4.2.1.1",
                            ExtensionLints::authorityKeyIdentifier),
                    new Lint(
                            "subject key identifier is the key's",
                            "RFC 5280 4.2.1.2",
                            ExtensionLints::subjectKeyIdentifier),
                    new Lint(
                            "key usage is present, critical and not an authority's",
                            "RFC 5280 4.2.1.3",
                            ExtensionLints::keyUsage),
                    new Lint(
                            "key usage suits the key",
                            "RFC 3279 2.3.1, RFC 5480 3",
                            ExtensionLints::keyUsageOfKey),
                    new Lint(
                            "policies are present, each once",
                            "RFC 5280 4.2.1.4",
                            ExtensionLints::policies),
                    new Lint(
                            "is no authority's certificate",
                            "RFC 5280 4.2.1.9",
                            ExtensionLints::basicConstraints),
                    new Lint(
                            "extended key usage is not any",
                            "RFC 5280 4.2.1.12",
                            ExtensionLints::extendedKeyUsage),
                    new Lint(
                            "says where the CRL is, or is a status signer",
                            "RFC 5280 4.2.1.13, RFC 6960 4.2.2.2.1",
                            ExtensionLints::crlDistributionPoint),
                    new Lint(
                            "says where status and issuer are, or is a status signer",
                            "RFC 5280 4.2.2.1, RFC 6960 4.2.2.2.1",
                            ExtensionLints::authorityInformation));

    private ExtensionLints() {}

    private static Optional<String> critical(Candidate candidate) {
        if (candidate.tbs().getExtensions() == null) {
            return Optional.of("no extensions");
        }
        List<String> found =
                Arrays.stream(candidate.tbs().getExtensions().getCriticalExtensionOIDs())
                        .filter(oid -> !oid.equals(Extension.keyUsage))
                        .map(ASN1ObjectIdentifier::getId)
                        .toList();
        return unless(found.isEmpty(), "critical: " + found);
    }

    private static Optional<String> authorityKeyIdentifier(Candidate candidate) {
        byte[] expected = keyIdentifier(candidate.issuer().publicKey().getEncoded());
        return unless(
                candidate
                        .value(Extension.authorityKeyIdentifier)
                        .map(AuthorityKeyIdentifier::getInstance)
                        .filter(id -> Arrays.equals(id.getKeyIdentifierOctets(), expected))
                        .isPresent(),
                "absent or another key's");
    }

    private static Optional<String> subjectKeyIdentifier(Candidate candidate) {
        byte[] expected =
                keyIdentifier(FieldLints.encoding(candidate.tbs().getSubjectPublicKeyInfo()));
        return unless(
                candidate
                        .value(Extension.subjectKeyIdentifier)
                        .map(SubjectKeyIdentifier::getInstance)
                        .filter(id -> Arrays.equals(id.getKeyIdentifier(), expected))
                        .isPresent(),
                "absent or another key's");
    }

    private static Optional<String> keyUsage(Candidate candidate) {
        boolean critical =
                candidate.extension(Extension.keyUsage).filter(Extension::isCritical).isPresent();
        int usages = usages(candidate);
        return unless(
                critical && usages != 0 && (usages & AUTHORITY_USAGES) == 0,
                "critical %s, bits %x".formatted(critical, usages));
    }

    private static Optional<String> keyUsageOfKey(Candidate candidate) {
        int unsuited =
                switch (candidate.request().key().getAlgorithm()) {
                    case "EC" -> KeyUsage.keyEncipherment | KeyUsage.dataEncipherment;
                    default -> KeyUsage.keyAgreement;
                };
        return unless((usages(candidate) & unsuited) == 0, "bits %x".formatted(usages(candidate)));
    }

    private static int usages(Candidate candidate) {
        return candidate
                .value(Extension.keyUsage)
                .map(KeyUsage::getInstance)
                .map(usage -> usage.getBytes()[0] & 0xFF)
                .orElse(0);
    }

    private static Optional<String> policies(Candidate candidate) {
        List<ASN1ObjectIdentifier> policies =
                candidate
                        .value(Extension.certificatePolicies)
                        .map(CertificatePolicies::getInstance)
                        .map(CertificatePolicies::getPolicyInformation)
                        .map(Arrays::asList)
                        .orElse(List.of())
                        .stream()
                        .map(PolicyInformation::getPolicyIdentifier)
                        .toList();
        return unless(
                !policies.isEmpty() && new HashSet<>(policies).size() == policies.size(),
                "got " + policies);
    }

    private static Optional<String> basicConstraints(Candidate candidate) {
        return unless(
                candidate
                        .value(Extension.basicConstraints)
                        .map(BasicConstraints::getInstance)
                        .filter(constraints ->
                                constraints.isCA() || constraints.getPathLenConstraint() != null)
                        .isEmpty(),
                "cA is true, or a path length is given");
    }

    private static Optional<String> extendedKeyUsage(Candidate candidate) {
        return candidate
                .value(Extension.extendedKeyUsage)
                .map(ExtendedKeyUsage::getInstance)
                .filter(usage ->
                        usage.size() == 0
                                || usage.hasKeyPurposeId(KeyPurposeId.anyExtendedKeyUsage))
                .map(usage -> "any, or none");
    }

    private static boolean isStatusSigner(Candidate candidate) {
        boolean signsStatus =
                candidate
                        .value(Extension.extendedKeyUsage)
                        .map(ExtendedKeyUsage::getInstance)
                        .filter(usage -> usage.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning))
                        .isPresent();
        return signsStatus
                && candidate.extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck).isPresent();
    }

    private static Optional<String> crlDistributionPoint(Candidate candidate) {
        boolean given =
                candidate
                        .value(Extension.cRLDistributionPoints)
                        .map(CRLDistPoint::getInstance)
                        .map(CRLDistPoint::getDistributionPoints)
                        .filter(points -> points.length > 0)
                        .filter(points -> Arrays.stream(points).allMatch(ExtensionLints::isHttp))
                        .isPresent();
        return unless(given || isStatusSigner(candidate), "absent or not http");
    }

    private static boolean isHttp(DistributionPoint point) {
        return point.getDistributionPoint() != null
                && Arrays.stream(
                                GeneralNames.getInstance(point.getDistributionPoint().getName())
                                        .getNames())
                        .allMatch(ExtensionLints::isHttp);
    }

    private static boolean isHttp(GeneralName name) {
        return name.getTagNo() == GeneralName.uniformResourceIdentifier
                && name.getName().toString().startsWith("http://");
    }

    private static Optional<String> authorityInformation(Candidate candidate) {
        List<AccessDescription> access =
                candidate
                        .value(Extension.authorityInfoAccess)
                        .map(AuthorityInformationAccess::getInstance)
                        .map(AuthorityInformationAccess::getAccessDescriptions)
                        .map(Arrays::asList)
                        .orElse(List.of());
        boolean given =
                says(access, AccessDescription.id_ad_ocsp)
                        && says(access, AccessDescription.id_ad_caIssuers);
        return unless(given || isStatusSigner(candidate), "absent or not http");
    }

    private static boolean says(List<AccessDescription> access, ASN1ObjectIdentifier method) {
        return access.stream()
                .anyMatch(description ->
                        description.getAccessMethod().equals(method)
                                && isHttp(description.getAccessLocation()));
    }

    private static byte[] keyIdentifier(byte[] key) {
        return new BcX509ExtensionUtils()
                .createSubjectKeyIdentifier(SubjectPublicKeyInfo.getInstance(key))
                .getKeyIdentifier();
    }
}
