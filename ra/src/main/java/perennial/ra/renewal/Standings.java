// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import perennial.core.authority.CertificationAuthority;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.renewal.Eligibility;

/// How a certificate stands, from its issuer, its authority's word and the register.
final class Standings {
    private final RenewalRegister register;
    private final Issuers issuers;
    private final CertificationAuthority authority;

    Standings(RenewalRegister register, Issuers issuers, CertificationAuthority authority) {
        this.register = register;
        this.issuers = issuers;
        this.authority = authority;
    }

    CertificateStanding of(Certificate certificate, Instant now) {
        Optional<IssuerSettings> issuer = issuers.of(certificate);
        Optional<KnownCertificate> known = register.find(certificate.id());
        Eligibility eligibility =
                issuer.map(i -> eligibility(certificate, i, known, now))
                        .orElse(new Eligibility.ForeignIssuer());
        boolean unfinished =
                mayBeFinished(eligibility)
                        && known.filter(KnownCertificate::unconfirmed)
                                .flatMap(_ -> register.issuing(certificate.id()))
                                .isPresent();
        return new CertificateStanding(
                certificate,
                CertificateUse.of(certificate),
                issuer,
                eligibility,
                known.map(KnownCertificate::ordinal).orElse(0),
                unfinished);
    }

    /// The rules of the time say nothing about a certificate that is issued already; what its
    /// authority has taken back since is not confirmed any more.
    private static boolean mayBeFinished(Eligibility eligibility) {
        return switch (eligibility) {
            case Eligibility.Open _,
                    Eligibility.TooEarly _,
                    Eligibility.TooLate _,
                    Eligibility.Exhausted _,
                    Eligibility.KeyTooOld _ ->
                    true;
            case Eligibility.Revoked _,
                    Eligibility.Suspended _,
                    Eligibility.Superseded _,
                    Eligibility.ForeignIssuer _,
                    Eligibility.UnknownCertificate _ ->
                    false;
        };
    }

    private Eligibility eligibility(
            Certificate certificate,
            IssuerSettings issuer,
            Optional<KnownCertificate> known,
            Instant now) {
        boolean superseded = known.map(KnownCertificate::superseded).orElse(false);
        return switch (authority.status(certificate.id())) {
            case CertStatus.Unknown() -> new Eligibility.UnknownCertificate();
            case CertStatus.Revoked(Instant time, RevocationReason reason)
                    when reason == RevocationReason.CERTIFICATE_HOLD ->
                    new Eligibility.Suspended(time);
            case CertStatus.Revoked(_, RevocationReason reason)
                    when superseded && reason == RevocationReason.SUPERSEDED ->
                    new Eligibility.Superseded();
            case CertStatus.Revoked(Instant time, RevocationReason reason) ->
                    new Eligibility.Revoked(time, reason);
            case CertStatus.Good() when superseded -> new Eligibility.Superseded();
            case CertStatus.Good() ->
                    issuer.policy()
                            .eligibility(
                                    certificate.validity(),
                                    known.map(KnownCertificate::keySince)
                                            .orElse(certificate.validity().notBefore()),
                                    known.map(KnownCertificate::ordinal).orElse(0),
                                    now.truncatedTo(ChronoUnit.SECONDS));
        };
    }
}
