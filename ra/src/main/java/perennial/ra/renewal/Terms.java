// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.util.Optional;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalTerms;

/// What is wanted for a certificate, by its authority's policy and by what is under way.
final class Terms {
    private final RenewalRegister register;
    private final Issuers issuers;

    Terms(RenewalRegister register, Issuers issuers) {
        this.register = register;
        this.issuers = issuers;
    }

    /// @param holder who asks; hears of what is under way for certificates of the same subject only
    RenewalTerms of(CertificateId id, Certificate holder) {
        Optional<IssuerSettings> issuer = issuers.named(id.issuer());
        if (issuer.isEmpty()) {
            return RenewalTerms.SAME_KEY;
        }
        Optional<Certificate> known =
                holder.id().equals(id)
                        ? Optional.of(holder)
                        : register.find(id).map(KnownCertificate::certificate);
        Optional<RegisteredRenewal> begun =
                known.filter(certificate -> certificate.subject().equals(holder.subject()))
                        .flatMap(_ -> register.unfinished(id))
                        .filter(Terms::asked);
        RenewalKind kind = begun.map(RegisteredRenewal::kind).orElse(issuer.get().policy().kind());
        return new RenewalTerms(
                kind,
                kind == RenewalKind.RE_KEY ? newKey(issuer.get(), known) : Optional.empty(),
                begun.map(r -> new RenewalTerms.InFlight(r.id(), r.old())));
    }

    /// A visit requests renewals that nobody has asked for with a key yet: those have not begun.
    private static boolean asked(RegisteredRenewal renewal) {
        return !(renewal.state() instanceof Renewal.Pending);
    }

    private static Optional<KeyAlgorithm> newKey(
            IssuerSettings issuer, Optional<Certificate> known) {
        return known.map(certificate -> issuer.newKeyFor(certificate.publicKey()))
                .orElse(issuer.newKey());
    }
}
