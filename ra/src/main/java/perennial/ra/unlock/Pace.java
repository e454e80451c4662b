// SPDX-License-Identifier: Apache-2.0
package perennial.ra.unlock;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// So many in any minute and no more. Safe for use by many threads.
final class Pace {
    private final int perMinute;
    private final Clock clock;
    private final Deque<Instant> last = new ArrayDeque<>();

    Pace(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    synchronized boolean allows() {
        Instant now = clock.instant();
        Instant from = now.minus(Duration.ofMinutes(1));
        while (!last.isEmpty() && last.getFirst().isBefore(from)) {
            last.removeFirst();
        }
        if (last.size() >= perMinute) {
            return false;
        }
        last.addLast(now);
        return true;
    }
}
