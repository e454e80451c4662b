// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000);

    @Test
    void what_is_left_is_rounded_up_and_never_below_zero() {
        Deadline deadline = Deadline.in(Duration.ofMillis(3), now::get);
        assertEquals(3, deadline.millisLeft());
        now.addAndGet(1);
        assertEquals(3, deadline.millisLeft());
        now.addAndGet(2_999_998);
        assertEquals(1, deadline.millisLeft());
        now.addAndGet(1);
        assertEquals(0, deadline.millisLeft());
        now.addAndGet(10_000_000);
        assertEquals(0, deadline.millisLeft(), "a native call would take -7 for no end");
    }
}
