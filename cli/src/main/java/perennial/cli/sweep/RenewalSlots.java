// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.util.List;
import perennial.card.KeySlot;
import perennial.cli.sweep.SweepCase.RenewalMode;

/// Which certificates the tokens of a sweep carry.
final class RenewalSlots {
    private RenewalSlots() {}

    /// Where a key is overwritten, the token has one: a key for decryption never is.
    static List<KeySlot> of(RenewalMode mode) {
        return mode == RenewalMode.RE_KEY_IN_PLACE
                ? List.of(KeySlot.DIGITAL_SIGNATURE)
                : List.of(KeySlot.DIGITAL_SIGNATURE, KeySlot.KEY_MANAGEMENT);
    }
}
