// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.time.Duration;
import java.util.List;

/// The places for cards of this computer. Safe for use by many threads.
public interface CardReaders {
    /// The readers present now, in a stable order; empty when there is none.
    List<CardReader> list();

    /// Waits until a reader or card comes or goes.
    ///
    /// @return whether something changed before the time was over
    boolean awaitChange(Duration atMost) throws InterruptedException;
}
