// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// What has been proved to the card since its last reset.
final class SecurityStatus {
    private boolean pinVerified;
    private boolean pinFresh;
    boolean managementKeyProved;

    boolean pinVerified() {
        return pinVerified;
    }

    /// Whether the last command was a successful VERIFY; asking uses it up.
    boolean takeFreshPin() {
        boolean fresh = pinFresh;
        pinFresh = false;
        return fresh;
    }

    void requireManagementKey() {
        if (!managementKeyProved) {
            ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
    }

    void pinAccepted() {
        pinVerified = true;
        pinFresh = true;
    }

    void pinForgotten() {
        pinVerified = false;
        pinFresh = false;
    }

    /// Another command came between.
    void pinNoLongerFresh() {
        pinFresh = false;
    }

    void reset() {
        pinForgotten();
        managementKeyProved = false;
    }
}
