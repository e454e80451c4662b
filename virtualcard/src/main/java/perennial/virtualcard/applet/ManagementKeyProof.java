// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// Single and mutual authentication with the card management key (SP 800-73-4 part 2, table 7 and
/// appendix A.1).
final class ManagementKeyProof {
    private static final int WITNESS = 0x80;
    private static final int CHALLENGE = 0x81;
    private static final int RESPONSE = 0x82;

    private final Memory memory;
    private final SecurityStatus status;
    private final Coprocessor coprocessor;
    private byte[] challenge = Memory.NOTHING;
    private int pending;

    ManagementKeyProof(Memory memory, SecurityStatus status, Coprocessor coprocessor) {
        this.memory = memory;
        this.status = status;
        this.coprocessor = coprocessor;
    }

    void reset() {
        pending = 0;
    }

    byte[] step(int algorithm, byte[] in, TlvCursor data) {
        if ((byte) algorithm != memory.managementAlgorithm()) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        int asked = pending;
        pending = 0;
        if (!data.next()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        if (data.length == 0 && data.atEnd()) {
            return ask(data.tag);
        }
        if (data.length != blockLength()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        if (data.tag == RESPONSE && asked == CHALLENGE && data.atEnd()) {
            prove(enciphered(challenge, 0), in, data.offset);
            return Memory.NOTHING;
        }
        if (data.tag == WITNESS && asked == WITNESS) {
            prove(challenge, in, data.offset);
            return answerChallenge(in, data);
        }
        ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        return Memory.NOTHING;
    }

    private byte[] ask(int tag) {
        if (tag != WITNESS && tag != CHALLENGE) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        challenge = new byte[blockLength()];
        coprocessor.random(challenge, 0, challenge.length);
        pending = tag;
        return Octets.tlv(tag, tag == WITNESS ? enciphered(challenge, 0) : challenge);
    }

    private void prove(byte[] expected, byte[] in, int offset) {
        int difference = 0;
        for (int i = 0; i < expected.length; i++) {
            difference |= expected[i] ^ in[offset + i];
        }
        status.managementKeyProved = difference == 0;
        if (difference != 0) {
            ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
    }

    private byte[] answerChallenge(byte[] in, TlvCursor data) {
        if (data.atEnd()) {
            return Memory.NOTHING;
        }
        if (!data.next() || data.tag != CHALLENGE || data.length != blockLength()) {
            status.managementKeyProved = false;
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        return Octets.tlv(RESPONSE, enciphered(in, data.offset));
    }

    private byte[] enciphered(byte[] in, int offset) {
        byte[] out = new byte[blockLength()];
        coprocessor.encipher(
                memory.managementAlgorithm(), memory.managementKey(), in, offset, out, 0);
        return out;
    }

    private int blockLength() {
        return Coprocessor.blockLength(memory.managementAlgorithm());
    }
}
