// SPDX-License-Identifier: Apache-2.0
package perennial.ca.renewal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import perennial.ca.store.Incident;
import perennial.core.certificate.Validity;

/// When a certificate should be renewed: clients choose a moment in it at random, which spreads
/// them (RFC 9773 4.2). In whole seconds.
///
/// @param end after the start, always: a window that ends where it begins, or before, must not be
///   served
public record SuggestedWindow(Instant start, Instant end) {
    /// What is left of the time after the window, for those who are late.
    private static final int LATE = 3;

    private static final Duration SHORTEST = Duration.ofHours(1);

    public SuggestedWindow {
        start = start.truncatedTo(ChronoUnit.SECONDS);
        end = end.truncatedTo(ChronoUnit.SECONDS);
        if (!start.isBefore(end)) {
            end = start.plusSeconds(1);
        }
    }

    /// From when the policy lets it be renewed, but for the last third of the time until it ends.
    ///
    /// @param opens how long before the end it may be renewed
    static SuggestedWindow before(Validity validity, Duration opens) {
        Duration wide = opens.compareTo(SHORTEST) < 0 ? SHORTEST : opens;
        Instant from = validity.notAfter().minus(wide);
        Instant start = from.isBefore(validity.notBefore()) ? validity.notBefore() : from;
        return new SuggestedWindow(start, early(start, validity.notAfter()));
    }

    /// At once: from the declaration, but for the last third of the time until what is left is
    /// revoked.
    static SuggestedWindow after(Incident incident) {
        return new SuggestedWindow(
                incident.declaredAt(), early(incident.declaredAt(), incident.replaceBy()));
    }

    /// In the past as a whole, so that whoever sees it renews at once.
    static SuggestedWindow past(Instant since) {
        return new SuggestedWindow(since.minus(SHORTEST), since);
    }

    private static Instant early(Instant start, Instant last) {
        Duration all = Duration.between(start, last);
        return start.plus(all.minus(all.dividedBy(LATE)));
    }
}
