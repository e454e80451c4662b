// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateRevokedException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Why;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.IssuerCertificates;

/// What does the certificate's authority say of it now? Asked where the certificate says (RFC 6960,
/// authorityInfoAccess), if a registration authority of ours stands behind its issuer. The card has
/// been given back by then.
///
/// @param topic the signature or the encryption certificate's
record StatusCheck(Topic topic) implements Check {
    private static final String AUTHORITY_ACCESS = "1.3.6.1.5.5.7.1.1";

    /// id-ad-ocsp, 1.3.6.1.5.5.7.48.1, in DER without tag and length.
    private static final String OCSP = "2b06010505073001";

    @Override
    public Set<Topic> needs() {
        return Set.of(
                topic == Topic.SIGNATURE_STATUS
                        ? Topic.SIGNATURE_VALIDITY
                        : Topic.ENCRYPTION_VALIDITY);
    }

    @Override
    public Finding look(Examination examination) {
        examination.giveBack();
        Certificate certificate =
                examination.certificate(Doctor.slot(topic, examination)).orElseThrow();
        List<Certificate> anchors =
                examination.surroundings().authorities().stream()
                        .flatMap(authority -> authority.trustAnchors().stream())
                        .distinct()
                        .toList();
        if (anchors.isEmpty() || !saysWhereToAsk(certificate)) {
            return new NotDone(Why.NOT_SET_UP);
        }
        try {
            Instant now = examination.surroundings().clock().instant();
            validate(path(certificate, anchors), anchors, now);
            return Finding.Passed.with(new Fact(Label.STATUS, "OCSP: good"));
        } catch (CertPathValidatorException e) {
            return Finding.Failed.with(
                    problem(e), new Fact(Label.REASON, String.valueOf(e.getMessage())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK validates paths", e);
        }
    }

    private static CertPath path(Certificate certificate, List<Certificate> anchors)
            throws GeneralSecurityException {
        List<X509Certificate> path = new ArrayList<>(List.of(certificate.x509()));
        boolean direct =
                anchors.stream()
                        .anyMatch(anchor ->
                                anchor.subject()
                                        .equals(certificate.x509().getIssuerX500Principal()));
        if (!direct) {
            try (IssuerCertificates issuers = new IssuerCertificates()) {
                issuers.above(certificate).forEach(issuer -> path.add(issuer.x509()));
            }
        }
        return CertificateFactory.getInstance("X.509").generateCertPath(path);
    }

    @SuppressWarnings("JavaUtilDate") // the validator takes nothing else
    private static void validate(CertPath path, List<Certificate> anchors, Instant now)
            throws GeneralSecurityException {
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker revocation = (PKIXRevocationChecker) validator.getRevocationChecker();
        revocation.setOptions(
                Set.of(
                        PKIXRevocationChecker.Option.ONLY_END_ENTITY,
                        PKIXRevocationChecker.Option.NO_FALLBACK));
        PKIXParameters parameters =
                new PKIXParameters(
                        anchors.stream()
                                .map(anchor -> new TrustAnchor(anchor.x509(), null))
                                .collect(Collectors.toSet()));
        parameters.addCertPathChecker(revocation);
        parameters.setDate(Date.from(now));
        validator.validate(path, parameters);
    }

    private static Problem problem(CertPathValidatorException e) {
        if (e.getReason() == BasicReason.REVOKED) {
            return e.getCause() instanceof CertificateRevokedException revoked
                            && revoked.getRevocationReason() == CRLReason.CERTIFICATE_HOLD
                    ? Problem.SUSPENDED
                    : Problem.REVOKED;
        }
        return e.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS
                ? Problem.STATUS_UNKNOWN
                : Problem.FOREIGN_ISSUER;
    }

    private static boolean saysWhereToAsk(Certificate certificate) {
        return Optional.ofNullable(certificate.x509().getExtensionValue(AUTHORITY_ACCESS))
                .filter(access -> HexFormat.of().formatHex(access).contains(OCSP))
                .isPresent();
    }
}
