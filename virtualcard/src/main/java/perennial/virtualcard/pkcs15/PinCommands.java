// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER (ISO/IEC 7816-4 11.5.6, 11.5.7, 11.5.10).
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
        if (p2 != Iso.REFERENCE_PIN) {
            ISOException.throwIt(Iso.SW_REFERENCE_NOT_FOUND);
        }
        if (p1 == 0xFF && length == 0) {
            status.pinForgotten();
            return;
        }
        if (p1 != 0) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        requireSet(memory.pin);
        if (length == 0) {
            if (!status.pinVerified()) {
                refuse(memory.pin.triesLeft);
            }
            return;
        }
        requireWellFormed(in, 0, length);
        status.pinForgotten();
        present(memory.pin, in, length);
        status.pinAccepted();
    }

    /// P1 = 01 sets a value where there is none yet; P1 = 00 takes the old one and the new one, 16
    /// octets each.
    void changeReference(int p1, int p2, byte[] in, int length) {
        ReferenceValue reference = reference(p2);
        if (p1 == 0x01) {
            if (reference.isSet()) {
                ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
            }
            // Nobody may set a PUK for a card whose PIN is somebody's.
            if (memory.pin.isSet()) {
                status.requirePin();
            }
            requireWellFormed(in, 0, length);
            reference.set(in, 0, length);
            Iso.commit(memory);
            return;
        }
        if (p1 != 0) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        requireSet(reference);
        replace(reference, reference, in, length);
    }

    /// P1 = 00: PUK and new PIN, 16 octets each. P1 = 01: the PUK; the PIN stays what it was.
    void resetRetryCounter(int p1, int p2, byte[] in, int length) {
        if (p2 != Iso.REFERENCE_PIN) {
            ISOException.throwIt(Iso.SW_REFERENCE_NOT_FOUND);
        }
        requireSet(memory.pin);
        requireSet(memory.puk);
        if (p1 == 0x01) {
            requireWellFormed(in, 0, length);
            present(memory.puk, in, length);
            memory.pin.restoreTries();
            Iso.commit(memory);
        } else if (p1 == 0) {
            replace(memory.puk, memory.pin, in, length);
        } else {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
    }

    private void replace(ReferenceValue asked, ReferenceValue set, byte[] in, int length) {
        if (length != 2 * ReferenceValue.LENGTH) {
            ISOException.throwIt(ISO7816.SW_WRONG_LENGTH);
        }
        requireWellFormed(in, 0, ReferenceValue.LENGTH);
        requireWellFormed(in, ReferenceValue.LENGTH, ReferenceValue.LENGTH);
        present(asked, in, ReferenceValue.LENGTH);
        set.set(in, ReferenceValue.LENGTH, ReferenceValue.LENGTH);
        Iso.commit(memory);
    }

    private void present(ReferenceValue reference, byte[] in, int length) {
        if (reference.triesLeft == 0) {
            ISOException.throwIt(Iso.SW_BLOCKED);
        }
        reference.triesLeft--;
        Iso.commit(memory);
        if (!reference.matches(in, 0, length)) {
            if (reference == memory.pin) {
                status.pinForgotten();
            }
            refuse(reference.triesLeft);
        }
        reference.restoreTries();
        Iso.commit(memory);
    }

    private ReferenceValue reference(int p2) {
        if (p2 != Iso.REFERENCE_PIN && p2 != Iso.REFERENCE_PUK) {
            ISOException.throwIt(Iso.SW_REFERENCE_NOT_FOUND);
        }
        return p2 == Iso.REFERENCE_PIN ? memory.pin : memory.puk;
    }

    private static void requireSet(ReferenceValue reference) {
        if (!reference.isSet()) {
            ISOException.throwIt(Iso.SW_REFERENCE_NOT_USABLE);
        }
    }

    private static void requireWellFormed(byte[] in, int offset, int length) {
        if (!ReferenceValue.wellFormed(in, offset, length)) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
    }

    private static void refuse(int triesLeft) {
        ISOException.throwIt(
                triesLeft == 0 ? Iso.SW_BLOCKED : (short) (Iso.SW_TRIES_LEFT | triesLeft));
    }
}
