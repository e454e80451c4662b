// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import java.time.Duration;
import java.util.List;

/// The readers of this computer whose cards answer APDUs. Safe for use by many threads.
public interface ApduReaders {
    /// The readers present now, in a stable order; empty when there is none.
    ///
    /// @throws perennial.card.CardException READER_SERVICE_MISSING while the system's card service
    ///   does not run; a later call works again as soon as it does
    List<ApduReader> list();

    /// Waits until a reader or card comes or goes.
    ///
    /// @return whether something changed before the time was over
    boolean awaitChange(Duration atMost) throws InterruptedException;
}
