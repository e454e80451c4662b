// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// The commands that a vendor has beside those of SP 800-73-4 (Yubico, "PIV extensions"): version,
/// serial number, metadata, attestation, MOVE KEY and DELETE KEY, SET MANAGEMENT KEY.
///
/// Which of them there are is the [Product]'s matter; the others do not exist.
final class VendorCommands {
    private static final int DELETE = 0xFF;
    private static final int KEY_WITHOUT_TOUCH = 0xFF;
    private static final byte NO_ALGORITHM = (byte) 0xFF;

    private static final int ALGORITHM = 0x01;
    private static final int POLICY = 0x02;
    private static final int ORIGIN = 0x03;
    private static final int PUBLIC = 0x04;
    private static final int IS_DEFAULT = 0x05;
    private static final int RETRIES = 0x06;

    private static final byte[] DEFAULT_PIN = {
        '1', '2', '3', '4', '5', '6', (byte) 0xFF, (byte) 0xFF
    };
    private static final byte[] DEFAULT_PUK = {'1', '2', '3', '4', '5', '6', '7', '8'};
    private static final byte[] DEFAULT_MANAGEMENT_KEY = {
        1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
    };

    private final Memory memory;
    private final SecurityStatus status;
    private final Coprocessor coprocessor;

    VendorCommands(Memory memory, SecurityStatus status, Coprocessor coprocessor) {
        this.memory = memory;
        this.status = status;
        this.coprocessor = coprocessor;
    }

    /// @return null when the card has no such command
    byte @org.jspecify.annotations.Nullable [] execute(
            byte ins, int p1, int p2, byte[] in, int length) {
        Product product = memory.product();
        if (!product.hasMetadata() || (ins == Piv.INS_MOVE_KEY && !product.hasMove())) {
            return null;
        }
        return switch (ins) {
            case Piv.INS_GET_VERSION -> product.version();
            case Piv.INS_GET_SERIAL -> serial(product);
            case Piv.INS_GET_METADATA -> metadata(p1, p2);
            case Piv.INS_MOVE_KEY -> move(p1, p2);
            case Piv.INS_ATTEST -> attest(p1, p2);
            case Piv.INS_SET_MANAGEMENT_KEY -> setManagementKey(p1, p2, in, length);
            default -> null;
        };
    }

    private static byte[] serial(Product product) {
        Octets out = new Octets(4);
        out.putNumber(product.serial);
        return out.toArray();
    }

    private byte[] metadata(int p1, int reference) {
        if (p1 != 0) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        return switch (reference) {
            case Piv.REFERENCE_PIN -> metadata(memory.pin, DEFAULT_PIN);
            case Piv.REFERENCE_PUK -> metadata(memory.puk, DEFAULT_PUK);
            case Piv.KEY_MANAGEMENT_OF_CARD -> managementKeyMetadata();
            default -> metadata(present(reference));
        };
    }

    private static byte[] metadata(ReferenceValue value, byte[] byDefault) {
        Octets out = new Octets(10);
        out.putTlv(ALGORITHM, new byte[] {NO_ALGORITHM});
        out.putTlv(IS_DEFAULT, new byte[] {(byte) (value.matches(byDefault, 0) ? 1 : 0)});
        out.putTlv(RETRIES, new byte[] {(byte) value.limit, (byte) value.triesLeft});
        return out.toArray();
    }

    private byte[] managementKeyMetadata() {
        byte[] key = memory.managementKey();
        boolean byDefault = key.length == DEFAULT_MANAGEMENT_KEY.length;
        for (int i = 0; byDefault && i < key.length; i++) {
            byDefault = key[i] == DEFAULT_MANAGEMENT_KEY[i];
        }
        Octets out = new Octets(10);
        out.putTlv(ALGORITHM, new byte[] {memory.managementAlgorithm()});
        out.putTlv(POLICY, new byte[] {0, CardKey.TOUCH_NEVER});
        out.putTlv(IS_DEFAULT, new byte[] {(byte) (byDefault ? 1 : 0)});
        return out.toArray();
    }

    private static byte[] metadata(CardKey key) {
        Octets out = new Octets(16 + key.publicHalf.length);
        out.putTlv(ALGORITHM, new byte[] {key.algorithm});
        out.putTlv(POLICY, new byte[] {key.pinPolicy, CardKey.TOUCH_NEVER});
        out.putTlv(ORIGIN, new byte[] {CardKey.GENERATED});
        out.putTlv(PUBLIC, key.publicHalf);
        return out.toArray();
    }

    /// Never onto another key: the destination has to be empty.
    private byte[] move(int to, int from) {
        status.requireManagementKey();
        if (from == Piv.KEY_ATTESTATION && to != DELETE) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        CardKey key = present(from);
        if (to != DELETE) {
            if (!Memory.hasSlot(to) || to == Piv.KEY_ATTESTATION) {
                ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
            }
            if (memory.key(to) != null) {
                ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
            }
            memory.setKey(to, key);
        }
        memory.setKey(from, null);
        Piv.commit(memory);
        return Memory.NOTHING;
    }

    private byte[] attest(int reference, int p2) {
        if (p2 != 0 || reference == Piv.KEY_ATTESTATION) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        return coprocessor.attest(
                present(Piv.KEY_ATTESTATION).privateHalf,
                new Coprocessor.Statement(reference, present(reference), memory.product()));
    }

    private byte[] setManagementKey(int p1, int p2, byte[] in, int length) {
        status.requireManagementKey();
        if (p1 != 0xFF || p2 != KEY_WITHOUT_TOUCH) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        int keyLength = length < 3 ? 0 : in[2] & 0xFF;
        if (keyLength == 0
                || length != 3 + keyLength
                || (in[1] & 0xFF) != Piv.KEY_MANAGEMENT_OF_CARD
                || keyLength != Coprocessor.keyLength(in[0])) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        byte[] key = new byte[keyLength];
        System.arraycopy(in, 3, key, 0, keyLength);
        memory.setManagementKey(in[0], key);
        Piv.commit(memory);
        return Memory.NOTHING;
    }

    private CardKey present(int reference) {
        CardKey key = memory.key(reference);
        if (key == null) {
            ISOException.throwIt(Piv.SW_REFERENCE_NOT_FOUND);
            throw new IllegalStateException("thrown before");
        }
        return key;
    }
}
