// SPDX-License-Identifier: Apache-2.0
package perennial.ca.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A CRL as relying parties can fetch it now.
///
/// @param name its file's
/// @param times empty when none has been issued
public record PublishedCrl(String authority, String name, Optional<Times> times) {
    /// How much of a CRL's life may pass before the next one is late.
    private static final double MOST_OF_LIFE = 0.75;

    /// thisUpdate and nextUpdate (RFC 5280 5.1.2.4, 5.1.2.5).
    public record Times(Instant thisUpdate, Instant nextUpdate) {}

    boolean isExpired(Instant now) {
        return times.filter(of -> now.isBefore(of.nextUpdate())).isEmpty();
    }

    boolean isLate(Instant now) {
        return times.filter(of ->
                        Duration.between(of.thisUpdate(), now).toMillis()
                                > MOST_OF_LIFE
                                        * Duration.between(of.thisUpdate(), of.nextUpdate())
                                                .toMillis())
                .isPresent();
    }
}
