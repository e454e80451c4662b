// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.time.Duration;
import java.util.Optional;
import perennial.ca.profile.CrlPartition;

/// How an authority publishes its CRLs. Each is issued anew after half of its life, so that two
/// overlap always; without deltas also after each change of a status.
///
/// @param partitions over how many CRLs new certificates are spread: a power of two, at most 256;
///   one means the complete CRL, which there is in any case
/// @param life from thisUpdate to nextUpdate of a full CRL, at least two minutes
/// @param deltaLife the same of a delta CRL; empty for no deltas
public record CrlPolicy(int partitions, Duration life, Optional<Duration> deltaLife) {
    private static final Duration SHORTEST = Duration.ofMinutes(2);

    /// One complete CRL of a day, no deltas.
    public static final CrlPolicy COMPLETE =
            new CrlPolicy(1, Duration.ofHours(24), Optional.empty());

    public CrlPolicy {
        CrlPartition.requirePowerOfTwo(partitions);
        if (life.compareTo(SHORTEST) < 0
                || deltaLife.filter(delta -> delta.compareTo(SHORTEST) < 0).isPresent()) {
            throw new IllegalArgumentException("a CRL lives for at least " + SHORTEST);
        }
        if (deltaLife.filter(delta -> delta.compareTo(life) > 0).isPresent()) {
            throw new IllegalArgumentException("a delta lives no longer than the full CRL");
        }
    }

    /// The life of a full or a delta CRL.
    public Duration life(boolean delta) {
        return delta ? deltaLife.orElseThrow() : life;
    }
}
