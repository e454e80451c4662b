// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How one CRL stands now, for health checks and metrics.
///
/// @param fileName as in its address
/// @param times of the one that is published; empty when none is
/// @param state the worst that is true
public record CrlHealth(String fileName, Optional<Times> times, State state) {
    /// thisUpdate and nextUpdate.
    public record Times(Instant thisUpdate, Instant nextUpdate) {}

    /// From good to bad.
    public enum State {
        FRESH,
        /// The next one ought to have been issued by now; there is a quarter of a life left to find
        /// out why not.
        LATE,
        /// Relying parties refuse it, and with it every certificate that it stands for.
        EXPIRED,
        MISSING
    }

    /// Judged by the clock.
    public static CrlHealth of(String fileName, Optional<Times> times, Instant now) {
        return new CrlHealth(
                fileName, times, times.map(of -> state(of, now)).orElse(State.MISSING));
    }

    private static State state(Times of, Instant now) {
        Instant late =
                of.nextUpdate()
                        .minus(Duration.between(of.thisUpdate(), of.nextUpdate()).dividedBy(4));
        if (now.isBefore(late)) {
            return State.FRESH;
        }
        return now.isBefore(of.nextUpdate()) ? State.LATE : State.EXPIRED;
    }
}
