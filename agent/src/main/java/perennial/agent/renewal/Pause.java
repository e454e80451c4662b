// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.time.Duration;

/// Waiting, handed in so that tests need not.
@FunctionalInterface
public interface Pause {
    void sleep(Duration duration) throws InterruptedException;
}
