// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// GENERATE ASYMMETRIC KEY PAIR and GENERAL AUTHENTICATE (SP 800-73-4 part 2, 3.2.4 and 3.3.2).
final class KeyCommands {
    private static final int CONTROL_REFERENCE = 0xAC;
    private static final int ALGORITHM = 0x80;
    private static final int PUBLIC_KEY = 0x7F49;
    private static final int TEMPLATE = 0x7C;
    private static final int WITNESS = 0x80;
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
        if (!status.managementKeyProved) {
            ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
        if (p1 != 0 || !Memory.hasSlot(reference)) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        TlvCursor data = new TlvCursor(in, 0, length);
        if (!data.next() || data.tag != CONTROL_REFERENCE || !data.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        TlvCursor control = data.inside();
        if (!control.next() || control.tag != ALGORITHM || control.length != 1) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        byte algorithm = in[control.offset];
        if (algorithm != Coprocessor.RSA_2048 && algorithm != Coprocessor.P_256) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        Coprocessor.GeneratedKey generated = coprocessor.generate(algorithm);
        memory.setKey(reference, algorithm, generated.privateHalf);
        Piv.commit(memory);
        return tlv(PUBLIC_KEY, generated.publicHalf);
    }

    byte[] authenticate(int algorithm, int reference, byte[] in, int length) {
        TlvCursor data = new TlvCursor(in, 0, length);
        if (!data.next() || data.tag != TEMPLATE || !data.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        if (reference == Piv.KEY_MANAGEMENT_OF_CARD) {
            return template(proof.step(algorithm, in, data.inside()));
        }
        byte[] key = memory.privateKey(reference);
        if (key.length == 0 || memory.algorithm(reference) != (byte) algorithm) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        requirePin(reference);
        return template(tlv(RESPONSE, use(reference, in, data.inside(), key)));
    }

    private void requirePin(int reference) {
        boolean allowed =
                switch (reference) {
                    case Piv.KEY_CARD_AUTHENTICATION -> true;
                    case Piv.KEY_SIGNATURE -> status.takeFreshPin();
                    default -> status.pinVerified();
                };
        if (!allowed) {
            ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
    }

    private byte[] use(int reference, byte[] in, TlvCursor data, byte[] key) {
        boolean responseWanted = false;
        byte[] result = Memory.NOTHING;
        while (data.next()) {
            if (data.tag == RESPONSE && data.length == 0) {
                responseWanted = true;
            } else if (data.tag == CHALLENGE) {
                byte algorithm = memory.algorithm(reference);
                result = coprocessor.sign(algorithm, key, in, data.offset, data.length);
            } else if (data.tag == EXPONENTIATION
                    && reference == Piv.KEY_DECIPHER
                    && memory.algorithm(reference) == Coprocessor.P_256) {
                result = coprocessor.agree(key, in, data.offset, data.length);
            } else {
                ISOException.throwIt(ISO7816.SW_WRONG_DATA);
            }
        }
        if (!data.atEnd() || !responseWanted || result.length == 0) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        return result;
    }

    /// Single and mutual authentication with the card management key (part 2, table 7 and appendix
    /// A.1).
    private static final class ManagementKeyProof {
        private static final int BLOCK = 16;

        private final Memory memory;
        private final SecurityStatus status;
        private final Coprocessor coprocessor;
        private final byte[] challenge = new byte[BLOCK];
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
            if (algorithm != Coprocessor.AES_192) {
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
            if (data.length != BLOCK) {
                ISOException.throwIt(ISO7816.SW_WRONG_DATA);
            }
            if (data.tag == RESPONSE && asked == CHALLENGE && data.atEnd()) {
                byte[] expected = new byte[BLOCK];
                coprocessor.encipher(memory.managementKey(), challenge, 0, expected, 0);
                prove(expected, in, data.offset);
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
            coprocessor.random(challenge, 0, BLOCK);
            pending = tag;
            byte[] sent = challenge.clone();
            if (tag == WITNESS) {
                coprocessor.encipher(memory.managementKey(), challenge, 0, sent, 0);
            }
            return tlv(tag, sent);
        }

        private void prove(byte[] expected, byte[] in, int offset) {
            int difference = 0;
            for (int i = 0; i < BLOCK; i++) {
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
            if (!data.next() || data.tag != CHALLENGE || data.length != BLOCK) {
                status.managementKeyProved = false;
                ISOException.throwIt(ISO7816.SW_WRONG_DATA);
            }
            byte[] answer = new byte[BLOCK];
            coprocessor.encipher(memory.managementKey(), in, data.offset, answer, 0);
            return tlv(RESPONSE, answer);
        }
    }

    private static byte[] template(byte[] value) {
        return value.length == 0 ? value : tlv(TEMPLATE, value);
    }

    private static byte[] tlv(int tag, byte[] value) {
        Octets out = new Octets(value.length + 7);
        out.putTlv(tag, value);
        return out.toArray();
    }
}
