// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER (SP 800-73-4 part 2, 3.2).
///
/// A try is taken off and kept before anything is compared, and given back after a match: cutting
/// the power early gains nothing.
final class PinCommands {
    private final Memory memory;
    private final SecurityStatus status;

    PinCommands(Memory memory, SecurityStatus status) {
        this.memory = memory;
        this.status = status;
    }

    void verify(int p1, int p2, byte[] in, int length) {
        if (p2 != Piv.REFERENCE_PIN) {
            ISOException.throwIt(Piv.SW_REFERENCE_NOT_FOUND);
        }
        if (p1 == 0xFF && length == 0) {
            status.pinForgotten();
            return;
        }
        if (p1 != 0) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        if (length == 0) {
            if (!status.pinVerified()) {
                refuse(memory.pin.triesLeft);
            }
            return;
        }
        if (length != ReferenceValue.LENGTH || !ReferenceValue.wellFormed(in, 0)) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        status.pinForgotten();
        present(memory.pin, in, 0);
        status.pinAccepted();
    }

    void changeReference(int p1, int p2, byte[] in, int length) {
        ReferenceValue reference = p2 == Piv.REFERENCE_PUK ? memory.puk : memory.pin;
        if (p1 != 0 || (p2 != Piv.REFERENCE_PIN && p2 != Piv.REFERENCE_PUK)) {
            ISOException.throwIt(Piv.SW_REFERENCE_NOT_FOUND);
        }
        checkPair(in, length);
        present(reference, in, 0);
        reference.set(in, ReferenceValue.LENGTH);
        Piv.commit(memory);
        if (p2 == Piv.REFERENCE_PIN) {
            status.pinForgotten();
        }
    }

    void resetRetryCounter(int p1, int p2, byte[] in, int length) {
        if (p1 != 0 || p2 != Piv.REFERENCE_PIN) {
            ISOException.throwIt(Piv.SW_REFERENCE_NOT_FOUND);
        }
        checkPair(in, length);
        present(memory.puk, in, 0);
        memory.pin.set(in, ReferenceValue.LENGTH);
        Piv.commit(memory);
        status.pinForgotten();
    }

    private static void checkPair(byte[] in, int length) {
        if (length != 2 * ReferenceValue.LENGTH
                || !ReferenceValue.wellFormed(in, ReferenceValue.LENGTH)) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
    }

    private void present(ReferenceValue reference, byte[] in, int offset) {
        if (reference.triesLeft == 0) {
            ISOException.throwIt(Piv.SW_BLOCKED);
        }
        reference.triesLeft--;
        Piv.commit(memory);
        if (!reference.matches(in, offset)) {
            ISOException.throwIt((short) (Piv.SW_TRIES_LEFT | reference.triesLeft));
        }
        reference.triesLeft = reference.limit;
        Piv.commit(memory);
    }

    private static void refuse(int triesLeft) {
        ISOException.throwIt(
                triesLeft == 0 ? Piv.SW_BLOCKED : (short) (Piv.SW_TRIES_LEFT | triesLeft));
    }
}
