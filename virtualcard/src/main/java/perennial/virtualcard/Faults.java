// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.util.Optional;

/// Cuts a card off from its reader at a chosen command. Safe for use by many threads.
///
/// Commands are counted as they cross the contacts: each part of a chain and each GET RESPONSE is
/// one. A cut is a short loss of contact: the channel is dead from then on, the card has lost its
/// volatile state, and it can be connected again at once.
public final class Faults {
    /// When the contact is lost.
    public enum Moment {
        /// The command does not reach the card.
        BEFORE,
        /// The card executes the command, its answer is lost.
        AFTER
    }

    private int transmitted;
    private int cutAt;
    private Moment moment = Moment.BEFORE;
    private int cuts;

    Faults() {}

    /// Arms one cut at the n-th command from now.
    ///
    /// @param n at least 1
    public synchronized void cutAt(int n, Moment when) {
        if (n < 1) {
            throw new IllegalArgumentException("commands are counted from 1, got " + n);
        }
        cutAt = transmitted + n;
        moment = when;
    }

    public synchronized void disarm() {
        cutAt = 0;
    }

    /// Commands sent to the card so far, those of a cut included; the personalisation's are not
    /// counted.
    public synchronized int transmitted() {
        return transmitted;
    }

    /// Cuts that have happened so far.
    public synchronized int cuts() {
        return cuts;
    }

    /// Counts one command.
    ///
    /// @return whether contact is lost at this one, and if so, when
    synchronized Optional<Moment> next() {
        transmitted++;
        if (transmitted != cutAt) {
            return Optional.empty();
        }
        cuts++;
        return Optional.of(moment);
    }
}
