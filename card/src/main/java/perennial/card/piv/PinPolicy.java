// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.Arrays;
import java.util.Optional;
import perennial.card.KeySlot;

/// When a key asks for the PIN. A key keeps its rule wherever it is moved.
enum PinPolicy {
    NEVER(0x01),
    /// Once a session.
    ONCE(0x02),
    /// Immediately before each use.
    ALWAYS(0x03);

    private final int octet;

    PinPolicy(int octet) {
        this.octet = octet;
    }

    /// The rule that a key has by its slot (SP 800-73-4 part 1, table 5).
    static PinPolicy of(KeySlot slot) {
        return switch (slot) {
            case DIGITAL_SIGNATURE -> ALWAYS;
            case CARD_AUTHENTICATION -> NEVER;
            case AUTHENTICATION, KEY_MANAGEMENT -> ONCE;
        };
    }

    /// By the vendor's octet, empty for any other.
    static Optional<PinPolicy> of(int octet) {
        return Arrays.stream(values()).filter(policy -> policy.octet == octet).findFirst();
    }

    int octet() {
        return octet;
    }
}
