// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Lint.unless;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Attribute;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.PolicyInformation;

/// Which extensions there are, and those that are short to check.
final class ExtensionLints {
    private static final Set<ASN1ObjectIdentifier> OF_AUTHORITIES =
            Set.of(
                    Extension.nameConstraints,
                    Extension.policyConstraints,
                    Extension.policyMappings,
                    Extension.inhibitAnyPolicy);

    /// Those that a profile can ask for. What it did ask for is looked at by [ProfileLints].
    private static final Set<ASN1ObjectIdentifier> KNOWN =
            Set.of(
                    Extension.authorityKeyIdentifier,
                    Extension.subjectKeyIdentifier,
                    Extension.keyUsage,
                    Extension.certificatePolicies,
                    Extension.basicConstraints,
                    Extension.extendedKeyUsage,
                    Extension.subjectAlternativeName,
                    Extension.subjectDirectoryAttributes,
                    Extension.qCStatements,
                    Extension.cRLDistributionPoints,
                    Extension.freshestCRL,
                    Extension.authorityInfoAccess,
                    OCSPObjectIdentifiers.id_pkix_ocsp_nocheck);

    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "no critical extension but key usage",
                            "RFC 5280 4.2",
                            ExtensionLints::critical),
                    new Lint<>(
                            "every extension is one that a profile can ask for",
                            "RFC 5280 4.2",
                            ExtensionLints::known),
                    new Lint<>(
                            "no constraints that only an authority's certificate may have",
                            "RFC 5280 4.2.1.5, 4.2.1.10, 4.2.1.11, 4.2.1.14",
                            ExtensionLints::ofAuthorities),
                    new Lint<>(
                            "policies are present, each once",
                            "RFC 5280 4.2.1.4",
                            ExtensionLints::policies),
                    new Lint<>(
                            "directory attributes have values, each type once",
                            "RFC 5280 4.2.1.8",
                            ExtensionLints::directoryAttributes),
                    new Lint<>(
                            "is no authority's certificate",
                            "RFC 5280 4.2.1.9",
                            ExtensionLints::basicConstraints));

    private ExtensionLints() {}

    private static Optional<String> critical(Candidate candidate) {
        List<String> found =
                Arrays.stream(candidate.tbs().getExtensions().getCriticalExtensionOIDs())
                        .filter(oid -> !oid.equals(Extension.keyUsage))
                        .map(ASN1ObjectIdentifier::getId)
                        .toList();
        return unless(found.isEmpty(), "critical: " + found);
    }

    private static Optional<String> known(Candidate candidate) {
        List<ASN1ObjectIdentifier> found =
                candidate.extensionIds().stream()
                        .filter(oid -> !KNOWN.contains(oid) && !OF_AUTHORITIES.contains(oid))
                        .toList();
        return unless(found.isEmpty(), "got " + found);
    }

    private static Optional<String> ofAuthorities(Candidate candidate) {
        List<ASN1ObjectIdentifier> found =
                candidate.extensionIds().stream().filter(OF_AUTHORITIES::contains).toList();
        return unless(found.isEmpty(), "got " + found);
    }

    private static Optional<String> policies(Candidate candidate) {
        List<ASN1ObjectIdentifier> policies = policyIds(candidate);
        return unless(
                !policies.isEmpty() && new HashSet<>(policies).size() == policies.size(),
                "got " + policies);
    }

    static List<ASN1ObjectIdentifier> policyIds(Candidate candidate) {
        return candidate
                .value(Extension.certificatePolicies)
                .map(CertificatePolicies::getInstance)
                .map(CertificatePolicies::getPolicyInformation)
                .map(Arrays::asList)
                .orElse(List.of())
                .stream()
                .map(PolicyInformation::getPolicyIdentifier)
                .toList();
    }

    private static Optional<String> directoryAttributes(Candidate candidate) {
        Optional<ASN1Sequence> value =
                candidate
                        .value(Extension.subjectDirectoryAttributes)
                        .map(ASN1Sequence::getInstance);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Set<ASN1ObjectIdentifier> types = new HashSet<>();
        boolean right = value.get().size() > 0;
        for (var element : value.get()) {
            Attribute attribute = Attribute.getInstance(element);
            right &= types.add(attribute.getAttrType()) && attribute.getAttrValues().size() > 0;
        }
        return unless(right, "none, one without values, or one twice");
    }

    private static Optional<String> basicConstraints(Candidate candidate) {
        return candidate
                .value(Extension.basicConstraints)
                .map(BasicConstraints::getInstance)
                .filter(constraints ->
                        constraints.isCA() || constraints.getPathLenConstraint() != null)
                .map(constraints -> "cA is true, or a path length is given");
    }
}
