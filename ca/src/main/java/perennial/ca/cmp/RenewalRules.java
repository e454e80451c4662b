// SPDX-License-Identifier: Apache-2.0
package perennial.ca.cmp;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import perennial.ca.store.IssuanceStore;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome.Rejection;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.RenewalPolicy;

/// Whether a holder may renew without a registration authority: the window, how often, and how old
/// the key may get. Revoked, suspended and renewed ones are refused where they are issued.
final class RenewalRules {
    private final IssuanceStore issued;
    private final Clock clock;

    RenewalRules(IssuanceStore issued, Clock clock) {
        this.issued = issued;
        this.clock = clock;
    }

    /// Why it may not be renewed now; empty when it may.
    Optional<Rejection> refusal(Certificate old, RenewalPolicy policy) {
        Lineage lineage = Lineage.of(old, issued);
        Eligibility eligibility =
                policy.eligibility(
                        old.validity(),
                        lineage.keySince(),
                        lineage.timesRenewed(),
                        clock.instant());
        return switch (eligibility) {
            case Eligibility.Open _ -> Optional.empty();
            case Eligibility.TooEarly(Instant from) ->
                    no(Problem.TOO_EARLY, FailInfo.badTime, "it may be renewed from " + from);
            case Eligibility.TooLate(Instant since) ->
                    no(Problem.EXPIRED, FailInfo.badTime, "it could be renewed until " + since);
            case Eligibility.Exhausted(int most) ->
                    no(
                            Problem.RENEWED_TOO_OFTEN,
                            FailInfo.unacceptedPolicy,
                            "it has been renewed %d times, as often as allowed".formatted(most));
            case Eligibility.KeyTooOld(Instant bound) ->
                    no(
                            Problem.KEY_TOO_OLD,
                            FailInfo.unacceptedPolicy,
                            "its key may be used until " + bound);
            case Eligibility.Revoked _,
                    Eligibility.Suspended _,
                    Eligibility.Superseded _,
                    Eligibility.ForeignIssuer _,
                    Eligibility.UnknownCertificate _ ->
                    throw new IllegalStateException("not the policy's to say: " + eligibility);
        };
    }

    private static Optional<Rejection> no(Problem problem, FailInfo reason, String sentence) {
        return Optional.of(new Rejection(reason, problem.code() + " " + sentence));
    }
}
