// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// From notBefore to notAfter, both instants inside, in whole seconds (RFC 5280 4.1.2.5).
public record Validity(Instant notBefore, Instant notAfter) {
    public Validity {
        notBefore = notBefore.truncatedTo(ChronoUnit.SECONDS);
        notAfter = notAfter.truncatedTo(ChronoUnit.SECONDS);
        if (notAfter.isBefore(notBefore)) {
            throw new IllegalArgumentException(
                    "notAfter %s is before notBefore %s".formatted(notAfter, notBefore));
        }
    }

    /// Whether the instant, seen in whole seconds, lies inside.
    public boolean contains(Instant instant) {
        Instant second = instant.truncatedTo(ChronoUnit.SECONDS);
        return !second.isBefore(notBefore) && !second.isAfter(notAfter);
    }
}
