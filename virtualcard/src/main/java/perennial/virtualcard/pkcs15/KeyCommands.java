// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.security.MessageDigest;
import perennial.virtualcard.applet.Coprocessor;
import perennial.virtualcard.applet.Octets;
import perennial.virtualcard.applet.TlvCursor;

/// MANAGE SECURITY ENVIRONMENT, GENERATE ASYMMETRIC KEY PAIR and PERFORM SECURITY OPERATION
/// (ISO/IEC 7816-8).
///
/// Every use of a private key takes the PIN. A key pair is made here or nowhere: there is no
/// command that brings a private key in, and none that takes one out.
final class KeyCommands {
    private static final int SET_FOR_COMPUTATION = 0x41;
    private static final int FOR_GENERATION = 0x00;
    private static final int FOR_SIGNATURE = 0xB6;
    private static final int FOR_CONFIDENTIALITY = 0xB8;
    private static final int ALGORITHM = 0x80;
    private static final int FILE = 0x81;
    private static final int PUBLIC_KEY_REFERENCE = 0x83;
    private static final int PRIVATE_KEY_REFERENCE = 0x84;
    private static final int PUBLIC_KEY = 0x7F49;
    private static final int RSA_BY_LENGTH = 0x42;
    private static final int SIGNATURE = 0x9E9A;
    private static final int DECIPHERMENT = 0x8086;
    private static final int FIELD = 32;
    private static final int NONE = -1;

    private final Memory memory;
    private final SecurityStatus status;
    private final Coprocessor coprocessor;
    private final byte[] curve;
    private final MessageDigest sha1 = MessageDigest.getInstance(MessageDigest.ALG_SHA, false);
    private int purpose = NONE;
    private int reference = NONE;
    private byte algorithm;

    /// @param curve the domain parameters of the coprocessor's curve, as objects 81 to 87
    KeyCommands(Memory memory, SecurityStatus status, Coprocessor coprocessor, byte[] curve) {
        this.memory = memory;
        this.status = status;
        this.coprocessor = coprocessor;
        this.curve = curve;
    }

    void reset() {
        purpose = NONE;
        reference = NONE;
        algorithm = 0;
    }

    void manageEnvironment(int p1, int p2, byte[] in, int length) {
        if (p1 != SET_FOR_COMPUTATION
                || (p2 != FOR_GENERATION && p2 != FOR_SIGNATURE && p2 != FOR_CONFIDENTIALITY)) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        reset();
        int asked = NONE;
        TlvCursor part = new TlvCursor(in, 0, length);
        while (part.next()) {
            boolean single = part.length == 1;
            if (part.tag == ALGORITHM && single) {
                algorithm = in[part.offset];
            } else if ((part.tag == PRIVATE_KEY_REFERENCE || part.tag == PUBLIC_KEY_REFERENCE)
                    && single) {
                asked = in[part.offset];
            } else if (part.tag != FILE) {
                ISOException.throwIt(ISO7816.SW_WRONG_DATA);
            }
        }
        if (!part.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        if (asked < 0 || asked >= Memory.KEYS) {
            ISOException.throwIt(Iso.SW_REFERENCE_NOT_FOUND);
        }
        purpose = p2;
        reference = asked;
    }

    byte[] generate(int p1, int p2, byte[] in, int length) {
        status.requirePin();
        if (p2 != 0 || (p1 != 0 && p1 != RSA_BY_LENGTH)) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        if (purpose != FOR_GENERATION) {
            ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        }
        if (algorithm == Iso.ALGORITHM_RSA_2048_GENERATION && length == 0) {
            return made(Coprocessor.RSA_2048, Memory.NOTHING);
        }
        if (algorithm != Iso.ALGORITHM_EC_GENERATION || p1 != 0) {
            ISOException.throwIt(ISO7816.SW_FUNC_NOT_SUPPORTED);
        }
        if (!isCurve(in, length)) {
            ISOException.throwIt(ISO7816.SW_FUNC_NOT_SUPPORTED);
        }
        return made(Coprocessor.P_256, curve);
    }

    private byte[] made(byte kind, byte[] domain) {
        Coprocessor.GeneratedKey generated = coprocessor.generate(kind);
        memory.setKey(reference, kind, generated.privateHalf);
        Iso.commit(memory);
        byte[] value = new byte[domain.length + generated.publicHalf.length];
        System.arraycopy(domain, 0, value, 0, domain.length);
        System.arraycopy(
                generated.publicHalf, 0, value, domain.length, generated.publicHalf.length);
        return Octets.tlv(PUBLIC_KEY, value);
    }

    private boolean isCurve(byte[] in, int length) {
        if (length != curve.length) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= curve[i] ^ in[i];
        }
        return difference == 0;
    }

    byte[] perform(int p1, int p2, byte[] in, int length) {
        return switch ((p1 << 8) | p2) {
            case SIGNATURE -> sign(in, length);
            case DECIPHERMENT -> decipher(in, length);
            default -> {
                ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
                yield Memory.NOTHING;
            }
        };
    }

    private byte[] sign(byte[] in, int length) {
        byte kind = usable(FOR_SIGNATURE);
        byte[] key = memory.privateKey(reference);
        if (kind == Coprocessor.RSA_2048 && algorithm == Iso.ALGORITHM_RSA_PKCS1) {
            if (length > Pkcs1Padding.MAX_DATA) {
                ISOException.throwIt(ISO7816.SW_WRONG_LENGTH);
            }
            byte[] block = Pkcs1Padding.forSignature(in, length);
            return needed(coprocessor.sign(kind, key, block, 0, block.length));
        }
        if (kind != Coprocessor.P_256 || algorithm != Iso.ALGORITHM_ECDSA) {
            ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        }
        return needed(coprocessor.sign(kind, key, digest(in, length), 0, FIELD));
    }

    /// SHA-1, in front of it zeros up to the curve's length, which do not change the number that it
    /// is: versions 0 of the interface know ECDSA in no other way (OpenSC issue 1647).
    private byte[] digest(byte[] in, int length) {
        byte[] digest = new byte[FIELD];
        int start = FIELD - MessageDigest.LENGTH_SHA;
        short _ = sha1.doFinal(in, (short) 0, (short) length, digest, (short) start);
        return digest;
    }

    private byte[] decipher(byte[] in, int length) {
        byte kind = usable(FOR_CONFIDENTIALITY);
        if (kind != Coprocessor.RSA_2048 || algorithm != Iso.ALGORITHM_RSA_PKCS1) {
            ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        }
        // One octet, "no further indication", before the cryptogram.
        if (length != 1 + Pkcs1Padding.BLOCK || in[0] != 0) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        byte[] key = memory.privateKey(reference);
        byte[] block = needed(coprocessor.sign(kind, key, in, 1, Pkcs1Padding.BLOCK));
        int start = Pkcs1Padding.messageIn(block);
        if (start == 0) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        byte[] message = new byte[Pkcs1Padding.BLOCK - start];
        System.arraycopy(block, start, message, 0, message.length);
        return message;
    }

    /// The kind of the key that the environment names for the purpose.
    private byte usable(int wanted) {
        status.requirePin();
        if (purpose != wanted) {
            ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        }
        if (memory.privateKey(reference).length == 0) {
            ISOException.throwIt(Iso.SW_REFERENCE_NOT_FOUND);
        }
        return memory.algorithm(reference);
    }

    private static byte[] needed(byte[] result) {
        if (result.length == 0) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        return result;
    }
}
