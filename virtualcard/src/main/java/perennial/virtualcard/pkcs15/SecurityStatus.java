// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// What has been proved to the card since its last reset, and what follows from it.
final class SecurityStatus {
    /// Security conditions (ISO/IEC 7816-4 table 20).
    static final byte ALWAYS = 0x00;

    static final byte PIN = (byte) 0x90;
    static final byte NEVER = (byte) 0xFF;

    private final Memory memory;
    private boolean pinVerified;

    SecurityStatus(Memory memory) {
        this.memory = memory;
    }

    boolean pinVerified() {
        return pinVerified;
    }

    void pinAccepted() {
        pinVerified = true;
    }

    void pinForgotten() {
        pinVerified = false;
    }

    /// The condition as it stands now: a card that has no PIN yet is still with its maker and asks
    /// for none. A condition that this card does not know is never met.
    byte effective(byte condition) {
        if (condition == PIN && !memory.pin.isSet()) {
            return ALWAYS;
        }
        return condition == ALWAYS || condition == PIN ? condition : NEVER;
    }

    boolean allows(byte condition) {
        byte effective = effective(condition);
        return effective == ALWAYS || (effective == PIN && pinVerified);
    }

    void require(byte condition) {
        if (!allows(condition)) {
            ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
    }

    /// For keys: whoever has set no PIN has nothing that protects them.
    void requirePin() {
        if (!pinVerified) {
            ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
    }
}
