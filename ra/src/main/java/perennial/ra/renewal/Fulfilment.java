// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;

/// From an approved renewal to its certificate: asks the authority, writes down what it says.
final class Fulfilment {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final RenewalRegister register;
    private final CertificationAuthority authority;
    private final Issuers issuers;
    private final Clock clock;

    Fulfilment(
            RenewalRegister register,
            CertificationAuthority authority,
            Issuers issuers,
            Clock clock) {
        this.register = register;
        this.authority = authority;
        this.issuers = issuers;
        this.clock = clock;
    }

    /// As far as it goes without the holder.
    IssueOutcome drive(RegisteredRenewal renewal) {
        return switch (renewal.state()) {
            case Renewal.Ready(Certificate old) when renewal.requested().isPresent() ->
                    issue(renewal, old, renewal.requested().get());
            case Renewal.Uninstalled(_, Certificate fresh) -> new IssueOutcome.Accepted(fresh);
            case Renewal.Unconfirmed(_, Certificate fresh) -> new IssueOutcome.Accepted(fresh);
            case Renewal.Done(_, Certificate fresh) -> new IssueOutcome.Accepted(fresh);
            case Renewal.Refused(_, FailInfo reason, String text) ->
                    new IssueOutcome.Rejection(reason, text);
            case Renewal.Invited(), Renewal.Pending(_), Renewal.Ready(_), Renewal.Keyed(_, _) ->
                    new IssueOutcome.Waiting(RETRY_AFTER);
        };
    }

    private IssueOutcome issue(RegisteredRenewal renewal, Certificate old, RequestedKey requested) {
        CertificationRequest request = request(renewal.authorityTransaction(), old, requested);
        IssueOutcome answer = authority.issue(request);
        if (answer instanceof IssueOutcome.Rejection && takeBackReplaced(renewal, old)) {
            answer = authority.issue(request);
        }
        return switch (answer) {
            case IssueOutcome.Accepted(Certificate fresh) ->
                    drive(write(renewal, new RenewalEvent.Issued(fresh, now())));
            // Another node is taking back what stands in the way at this moment.
            case IssueOutcome.Rejection(FailInfo reason, _)
                    when reason == FailInfo.duplicateCertReq && hasReplaced(renewal) ->
                    new IssueOutcome.Waiting(RETRY_AFTER);
            case IssueOutcome.Rejection(FailInfo reason, String text) ->
                    drive(write(renewal, new RenewalEvent.Rejected(reason, text, now())));
            case IssueOutcome.Waiting waiting -> waiting;
        };
    }

    /// A certificate that the authority made for an earlier key, of which nobody has heard, must
    /// neither stand in the way of the present key nor stay good.
    ///
    /// @return whether there was one
    private boolean takeBackReplaced(RegisteredRenewal renewal, Certificate old) {
        boolean found = false;
        for (ReplacedKey replaced : register.replacedKeys(renewal.id())) {
            CertificationRequest request =
                    request(replaced.authorityTransaction(), old, replaced.key());
            if (authority.issue(request) instanceof IssueOutcome.Accepted(Certificate unused)) {
                authority.revoke(unused.id(), RevocationReason.CESSATION_OF_OPERATION);
                found = true;
            }
        }
        return found;
    }

    private boolean hasReplaced(RegisteredRenewal renewal) {
        return !register.replacedKeys(renewal.id()).isEmpty();
    }

    private CertificationRequest request(UUID transaction, Certificate old, RequestedKey key) {
        IssuerSettings issuer = issuers.of(old).orElseThrow();
        return new CertificationRequest(
                transaction,
                issuer.profile(CertificateUse.of(old)),
                old.subject(),
                key.key(),
                key.proof(),
                Optional.of(old),
                Optional.empty());
    }

    /// Writes what the authority answered, unless another request has done so meanwhile or another
    /// key has taken the place of the one that was asked for.
    private RegisteredRenewal write(RegisteredRenewal renewal, RenewalEvent answer) {
        return register.append(
                renewal.id(),
                current ->
                        current.state() instanceof Renewal.Ready
                                        && current.authorityTransaction()
                                                .equals(renewal.authorityTransaction())
                                ? Optional.of(answer)
                                : Optional.empty());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
