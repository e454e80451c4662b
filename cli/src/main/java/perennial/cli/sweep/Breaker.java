// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.cli.sweep.SweepCase.Fault;
import perennial.cli.sweep.SweepCase.Place;

/// Counts the places that a renewal passes and breaks it at one of them, once. For one renewal at a
/// time; safe for use by many threads.
final class Breaker {
    private final Map<Place, Integer> passed = new EnumMap<>(Place.class);
    private @Nullable SweepCase armed;
    private boolean broke;

    /// A request on its way, to arrive before the next one.
    private Optional<byte[]> late = Optional.empty();

    /// The end of the process at this very place.
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died(String where) {
            super(where, null, false, false);
        }
    }

    synchronized void arm(SweepCase at) {
        armed = at;
        broke = false;
        passed.clear();
    }

    synchronized void delay(byte[] request) {
        late = Optional.of(request.clone());
    }

    /// The request that arrives late, once.
    synchronized Optional<byte[]> late() {
        Optional<byte[]> arriving = late;
        late = Optional.empty();
        return arriving;
    }

    synchronized void disarm() {
        armed = null;
    }

    /// Passes one place.
    ///
    /// @return how it breaks there
    synchronized Optional<Fault> pass(Place place) {
        int count = passed.merge(place, 1, Integer::sum);
        SweepCase at = armed;
        if (at == null || at.place() != place || at.number() != count) {
            return Optional.empty();
        }
        broke = true;
        return Optional.of(at.fault());
    }

    synchronized int passed(Place place) {
        return passed.getOrDefault(place, 0);
    }

    /// Whether the place armed has been reached.
    synchronized boolean broke() {
        return broke;
    }
}
