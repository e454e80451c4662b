// SPDX-License-Identifier: Apache-2.0
package perennial.ca.renewal;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import perennial.ca.store.Incident;
import perennial.ca.store.IncidentStore;
import perennial.ca.store.LineageStore;
import perennial.ca.store.LineageStore.Origin;
import perennial.ca.store.StatusStore;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.core.renewal.RenewalPolicy;

/// When the certificates of one authority should be renewed: by the policy of their profile, or at
/// once when an incident covers them or they are revoked. Suspended ones keep their window.
public final class RenewalInformation {
    private static final Duration USUALLY = Duration.ofHours(6);
    private static final Duration IN_HASTE = Duration.ofHours(1);

    private final LineageStore lineages;
    private final StatusStore statuses;
    private final IncidentStore incidents;
    private final Function<String, Optional<RenewalPolicy>> policies;

    /// @param policies by profile; a profile without one has the standard policy's window, since a
    ///   registration authority renews by that
    public RenewalInformation(
            LineageStore lineages,
            StatusStore statuses,
            IncidentStore incidents,
            Function<String, Optional<RenewalPolicy>> policies) {
        this.lineages = lineages;
        this.statuses = statuses;
        this.incidents = incidents;
        this.policies = policies;
    }

    /// @param explanation where holders read why the window is where it is
    /// @param askAgain after this time, no earlier and no later (RFC 9773 4.3)
    public record Suggestion(
            SuggestedWindow window, Optional<URI> explanation, Duration askAgain) {}

    /// The suggestion for a certificate of this number; empty when none was issued.
    public Optional<Suggestion> suggestion(SerialNumber serialNumber) {
        return lineages.origin(serialNumber).map(this::suggestion);
    }

    private Suggestion suggestion(Origin origin) {
        SerialNumber serialNumber = origin.certificate().serialNumber();
        Optional<Incident> incident = incidents.covering(serialNumber);
        if (incident.isPresent()) {
            return new Suggestion(
                    SuggestedWindow.after(incident.get()),
                    incident.map(Incident::explanation),
                    IN_HASTE);
        }
        return switch (statuses.status(serialNumber)) {
            case CertStatus.Revoked(var time, var reason)
                    when reason != RevocationReason.CERTIFICATE_HOLD ->
                    new Suggestion(SuggestedWindow.past(time), Optional.empty(), IN_HASTE);
            case CertStatus.Good _, CertStatus.Revoked _, CertStatus.Unknown _ ->
                    new Suggestion(
                            SuggestedWindow.before(
                                    origin.certificate().validity(),
                                    policies.apply(origin.profile())
                                            .orElseGet(RenewalPolicy::standard)
                                            .opens()),
                            Optional.empty(),
                            USUALLY);
        };
    }
}
