// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Lint.unless;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import perennial.core.certificate.Certificate;

/// What one parser accepts, another may not: the JDK reads the certificate too, as it would be,
/// with a signature of the right algorithm that a throw-away key made.
final class SecondParserLints {
    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>(
                            "a second parser reads the same",
                            "CA/B BR 4.3.1.2",
                            SecondParserLints::readsTheSame));

    private SecondParserLints() {}

    private static Optional<String> readsTheSame(Candidate candidate) {
        X509Certificate read = Certificate.ofDer(candidate.signed()).x509();
        try {
            if (!Arrays.equals(read.getTBSCertificate(), candidate.der())) {
                return Optional.of("it takes other bytes for the signed ones");
            }
        } catch (CertificateEncodingException e) {
            return Optional.of("it cannot say what is signed");
        }
        return unless(
                read.getSerialNumber().equals(candidate.tbs().getSerialNumber().getValue())
                        && read.getNotBefore()
                                .toInstant()
                                .equals(candidate.tbs().getStartDate().getDate().toInstant())
                        && read.getNotAfter()
                                .toInstant()
                                .equals(candidate.tbs().getEndDate().getDate().toInstant())
                        && extensions(read).equals(extensions(candidate)),
                "it reads another serial number, time or list of extensions");
    }

    private static Set<String> extensions(X509Certificate read) {
        Set<String> ids = new HashSet<>();
        ids.addAll(Optional.ofNullable(read.getCriticalExtensionOIDs()).orElse(Set.of()));
        ids.addAll(Optional.ofNullable(read.getNonCriticalExtensionOIDs()).orElse(Set.of()));
        return ids;
    }

    private static Set<String> extensions(Candidate candidate) {
        Set<String> ids = new TreeSet<>();
        candidate.extensionIds().stream().map(ASN1ObjectIdentifier::getId).forEach(ids::add);
        return ids;
    }
}
