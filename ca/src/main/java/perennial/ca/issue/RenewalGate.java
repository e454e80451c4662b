// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import perennial.ca.store.LineageStore;
import perennial.ca.store.LineageStore.Origin;
import perennial.ca.store.StatusStore;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.Refusal;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;

/// What a holder may renew at the authority's own doors, without a registration authority: by the
/// policy of the profile that the certificate was issued by.
public final class RenewalGate {
    private final LineageStore lineages;
    private final StatusStore statuses;
    private final Function<String, Optional<RenewalPolicy>> policies;
    private final Clock clock;

    /// @param policies by profile; a profile without one is renewed by registration authorities
    public RenewalGate(
            LineageStore lineages,
            StatusStore statuses,
            Function<String, Optional<RenewalPolicy>> policies,
            Clock clock) {
        this.lineages = lineages;
        this.statuses = statuses;
        this.policies = policies;
        this.clock = clock;
    }

    /// Whether the gate opens.
    public sealed interface Passage {
        /// @param profile to renew by
        record Open(String profile) implements Passage {}

        record Closed(Refusal refusal) implements Passage {}
    }

    /// Decides on the renewal of a certificate that its holder asks for; who asks is checked
    /// already, what else is asked for is not.
    ///
    /// @param key that the next certificate is for
    public Passage passage(Certificate old, PublicKey key) {
        List<Origin> lineage = lineages.lineage(old.serialNumber());
        if (lineage.isEmpty() || !lineage.getFirst().certificate().equals(old)) {
            return closed(new Eligibility.UnknownCertificate());
        }
        String profile = lineage.getFirst().profile();
        Optional<RenewalPolicy> policy = policies.apply(profile);
        if (policy.isEmpty()) {
            return new Passage.Closed(
                    Refusal.of(
                            Problem.RA_REFUSED,
                            FailInfo.notAuthorized,
                            "certificates of profile %s are renewed by registration authorities"
                                    .formatted(profile)));
        }
        return refusal(statuses.status(old.serialNumber()))
                .or(() -> policyRefusal(policy.get(), lineage))
                .or(() -> keyRefusal(policy.get().kind(), old, key))
                .<Passage>map(Passage.Closed::new)
                .orElseGet(() -> new Passage.Open(profile));
    }

    /// The profile that the certificate was issued by; empty when it was not issued here.
    public Optional<String> profile(Certificate old) {
        return lineages.origin(old.serialNumber())
                .filter(origin -> origin.certificate().equals(old))
                .map(Origin::profile);
    }

    /// Why a certificate of this status may not be used to ask for anything; empty when it may.
    public static Optional<Refusal> refusal(CertStatus status) {
        return switch (status) {
            case CertStatus.Good _ -> Optional.empty();
            case CertStatus.Revoked(Instant time, RevocationReason reason) ->
                    Refusal.of(
                            reason == RevocationReason.CERTIFICATE_HOLD
                                    ? new Eligibility.Suspended(time)
                                    : new Eligibility.Revoked(time, reason));
            case CertStatus.Unknown _ -> Refusal.of(new Eligibility.UnknownCertificate());
        };
    }

    private Optional<Refusal> policyRefusal(RenewalPolicy policy, List<Origin> lineage) {
        Certificate old = lineage.getFirst().certificate();
        return Refusal.of(
                policy.eligibility(
                        old.validity(),
                        keySince(lineage, old.publicKey()),
                        lineage.size() - 1,
                        clock.instant()));
    }

    private static Passage closed(Eligibility eligibility) {
        return new Passage.Closed(Refusal.of(eligibility).orElseThrow());
    }

    private static Optional<Refusal> keyRefusal(RenewalKind kind, Certificate old, PublicKey key) {
        boolean same = old.publicKey().equals(key);
        return switch (kind) {
            case RENEWAL ->
                    same
                            ? Optional.empty()
                            : no("a renewal keeps the key, the request has another");
            case RE_KEY ->
                    same
                            ? no("another key is wanted, the request has the old one")
                            : Optional.empty();
        };
    }

    private static Optional<Refusal> no(String sentence) {
        return Optional.of(
                Refusal.of(Problem.KEY_NOT_ALLOWED, FailInfo.unacceptedPolicy, sentence));
    }

    /// The notBefore of the earliest certificate that has the key without a break.
    private static Instant keySince(List<Origin> lineage, PublicKey key) {
        Instant since = lineage.getFirst().certificate().validity().notBefore();
        for (Origin before : lineage) {
            if (!before.certificate().publicKey().equals(key)) {
                break;
            }
            since = before.certificate().validity().notBefore();
        }
        return since;
    }
}
