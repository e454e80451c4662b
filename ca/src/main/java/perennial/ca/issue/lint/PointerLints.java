// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Lint.unless;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/// Where status and issuer are found. That it is this authority's own addresses is looked at by
/// [ProfileLints]: what is intended outlives a change of the address.
final class PointerLints {
    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "says where the CRL is, or is a status signer",
                            "RFC 5280 4.2.1.13, RFC 6960 4.2.2.2.1",
                            PointerLints::crl),
                    new Lint<>(
                            "distribution points are whole names at http, for all reasons",
                            "RFC 5280 4.2.1.13",
                            PointerLints::distributionPoints),
                    new Lint<>(
                            "says where status and issuer are, or is a status signer",
                            "RFC 5280 4.2.2.1, RFC 6960 4.2.2.2.1",
                            PointerLints::statusAndIssuer),
                    new Lint<>(
                            "authority information is at http",
                            "RFC 5280 4.2.2.1",
                            PointerLints::authorityInformation));

    private PointerLints() {}

    private static Optional<String> crl(Candidate candidate) {
        return unless(
                !points(candidate, Extension.cRLDistributionPoints).isEmpty()
                        || candidate.isStatusSigner(),
                "absent");
    }

    private static Optional<String> distributionPoints(Candidate candidate) {
        List<DistributionPoint> points = new ArrayList<>();
        points.addAll(points(candidate, Extension.cRLDistributionPoints));
        points.addAll(points(candidate, Extension.freshestCRL));
        return unless(
                points.stream().allMatch(PointerLints::isWhole),
                "bare, relative, for some reasons only, of another issuer, or not http");
    }

    private static List<DistributionPoint> points(Candidate candidate, ASN1ObjectIdentifier oid) {
        return candidate
                .value(oid)
                .map(CRLDistPoint::getInstance)
                .map(CRLDistPoint::getDistributionPoints)
                .map(Arrays::asList)
                .orElse(List.of());
    }

    /// Our CRLs are whole in their scope and signed by the issuer.
    private static boolean isWhole(DistributionPoint point) {
        return point.getReasons() == null
                && point.getCRLIssuer() == null
                && point.getDistributionPoint() != null
                && point.getDistributionPoint().getType() == DistributionPointName.FULL_NAME
                && names(point).stream().allMatch(PointerLints::isHttp)
                && !names(point).isEmpty();
    }

    private static List<GeneralName> names(DistributionPoint point) {
        return Arrays.asList(
                GeneralNames.getInstance(point.getDistributionPoint().getName()).getNames());
    }

    private static Optional<String> statusAndIssuer(Candidate candidate) {
        List<AccessDescription> access = access(candidate);
        boolean given =
                says(access, AccessDescription.id_ad_ocsp)
                        && says(access, AccessDescription.id_ad_caIssuers);
        return unless(given || candidate.isStatusSigner(), "absent");
    }

    private static boolean says(List<AccessDescription> access, ASN1ObjectIdentifier method) {
        return access.stream()
                .anyMatch(description -> description.getAccessMethod().equals(method));
    }

    private static Optional<String> authorityInformation(Candidate candidate) {
        return unless(
                access(candidate).stream()
                        .map(AccessDescription::getAccessLocation)
                        .allMatch(PointerLints::isHttp),
                "another kind of name, or not http");
    }

    private static List<AccessDescription> access(Candidate candidate) {
        return candidate
                .value(Extension.authorityInfoAccess)
                .map(AuthorityInformationAccess::getInstance)
                .map(AuthorityInformationAccess::getAccessDescriptions)
                .map(Arrays::asList)
                .orElse(List.of());
    }

    /// Every address that the certificate points to.
    static List<String> addresses(Candidate candidate) {
        List<String> addresses = new ArrayList<>();
        for (var oid : List.of(Extension.cRLDistributionPoints, Extension.freshestCRL)) {
            for (DistributionPoint point : points(candidate, oid)) {
                names(point).forEach(name -> addresses.add(name.getName().toString()));
            }
        }
        access(candidate)
                .forEach(access -> addresses.add(access.getAccessLocation().getName().toString()));
        return addresses;
    }

    private static boolean isHttp(GeneralName name) {
        if (name.getTagNo() != GeneralName.uniformResourceIdentifier) {
            return false;
        }
        URI uri = URI.create(name.getName().toString());
        return "http".equals(uri.getScheme()) && uri.getHost() != null;
    }
}
