// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.time.Duration;
import java.util.function.LongSupplier;

/// A moment until which somebody waits.
///
/// @param nanos of [System#nanoTime] or a clock like it
record Deadline(long end, LongSupplier nanos) {
    static Deadline in(Duration length) {
        return in(length, System::nanoTime);
    }

    static Deadline in(Duration length, LongSupplier nanos) {
        return new Deadline(nanos.getAsLong() + length.toNanos(), nanos);
    }

    /// Milliseconds, rounded up, so that whoever waits so long is past it; zero from then on and
    /// never less: below zero, the native calls and [Object#wait(long)] know no end.
    long millisLeft() {
        return Math.max(0, Math.ceilDiv(end - nanos.getAsLong(), 1_000_000));
    }
}
