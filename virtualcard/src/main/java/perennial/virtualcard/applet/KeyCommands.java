// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// GENERATE ASYMMETRIC KEY PAIR and GENERAL AUTHENTICATE (SP 800-73-4 part 2, 3.2.4 and 3.3.2).
final class KeyCommands {
    private static final int CONTROL_REFERENCE = 0xAC;
    private static final int ALGORITHM = 0x80;
    private static final int PIN_POLICY = 0xAA;
    private static final int TOUCH_POLICY = 0xAB;
    private static final int PUBLIC_KEY = 0x7F49;
    private static final int TEMPLATE = 0x7C;
    private static final int CHALLENGE = 0x81;
    private static final int RESPONSE = 0x82;
    private static final int EXPONENTIATION = 0x85;

    private final Memory memory;
    private final SecurityStatus status;
    private final Coprocessor coprocessor;
    private final ManagementKeyProof proof;

    KeyCommands(Memory memory, SecurityStatus status, Coprocessor coprocessor) {
        this.memory = memory;
        this.status = status;
        this.coprocessor = coprocessor;
        this.proof = new ManagementKeyProof(memory, status, coprocessor);
    }

    void reset() {
        proof.reset();
    }

    byte[] generate(int p1, int reference, byte[] in, int length) {
        status.requireManagementKey();
        if (p1 != 0 || !memory.product().generatesUnder(reference)) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        TlvCursor data = new TlvCursor(in, 0, length);
        if (!data.next() || data.tag != CONTROL_REFERENCE || !data.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        TlvCursor control = data.inside();
        byte algorithm = 0;
        byte policy = CardKey.defaultPolicy(reference);
        while (control.next()) {
            byte value = control.length == 1 ? in[control.offset] : -1;
            if (control.tag == ALGORITHM && memory.product().generates(value)) {
                algorithm = value;
            } else if (control.tag == PIN_POLICY && isPolicy(value)) {
                policy = value;
            } else if (control.tag != TOUCH_POLICY || !isPolicy(value)) {
                ISOException.throwIt(ISO7816.SW_WRONG_DATA);
            }
        }
        if (algorithm == 0 || !control.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        Coprocessor.GeneratedKey made = coprocessor.generate(algorithm);
        memory.setKey(reference, new CardKey(algorithm, policy, made.privateHalf, made.publicHalf));
        Piv.commit(memory);
        return Octets.tlv(PUBLIC_KEY, made.publicHalf);
    }

    /// The rules are the vendor's addition. Touch is read and not asked for: there is nobody to
    /// touch this card.
    private boolean isPolicy(byte value) {
        return memory.product().hasMetadata()
                && value >= CardKey.PIN_NEVER
                && value <= CardKey.PIN_ALWAYS;
    }

    byte[] authenticate(int algorithm, int reference, byte[] in, int length) {
        TlvCursor data = new TlvCursor(in, 0, length);
        if (!data.next() || data.tag != TEMPLATE || !data.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        if (reference == Piv.KEY_MANAGEMENT_OF_CARD) {
            return template(proof.step(algorithm, in, data.inside()));
        }
        CardKey key = memory.key(reference);
        if (key == null || key.algorithm != (byte) algorithm || reference == Piv.KEY_ATTESTATION) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
            return Memory.NOTHING;
        }
        requirePin(key);
        return template(Octets.tlv(RESPONSE, use(reference, in, data.inside(), key)));
    }

    private void requirePin(CardKey key) {
        boolean allowed =
                switch (key.pinPolicy) {
                    case CardKey.PIN_NEVER -> true;
                    case CardKey.PIN_ALWAYS -> status.takeFreshPin();
                    default -> status.pinVerified();
                };
        if (!allowed) {
            ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
    }

    private byte[] use(int reference, byte[] in, TlvCursor data, CardKey key) {
        boolean responseWanted = false;
        byte[] result = Memory.NOTHING;
        while (data.next()) {
            if (data.tag == RESPONSE && data.length == 0) {
                responseWanted = true;
            } else if (data.tag == CHALLENGE) {
                result =
                        coprocessor.sign(
                                key.algorithm, key.privateHalf, in, data.offset, data.length);
            } else if (data.tag == EXPONENTIATION && agrees(reference, key.algorithm)) {
                result =
                        coprocessor.agree(
                                key.algorithm, key.privateHalf, in, data.offset, data.length);
            } else {
                ISOException.throwIt(ISO7816.SW_WRONG_DATA);
            }
        }
        if (!data.atEnd() || !responseWanted || result.length == 0) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        return result;
    }

    /// The holder's other keys do not (part 1, table 5).
    private static boolean agrees(int reference, byte algorithm) {
        return (algorithm == Coprocessor.P_256 || algorithm == Coprocessor.P_384)
                && (reference == Piv.KEY_DECIPHER || !Memory.isHoldersSlot(reference));
    }

    private static byte[] template(byte[] value) {
        return value.length == 0 ? value : Octets.tlv(TEMPLATE, value);
    }
}
