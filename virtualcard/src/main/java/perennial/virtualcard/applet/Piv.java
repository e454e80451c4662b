// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.ISOException;

/// Numbers of SP 800-73-4 part 2 and ISO/IEC 7816-4 that `javacard.framework.ISO7816` lacks.
final class Piv {
    static final byte INS_VERIFY = 0x20;
    static final byte INS_CHANGE_REFERENCE_DATA = 0x24;
    static final byte INS_RESET_RETRY_COUNTER = 0x2C;
    static final byte INS_GENERATE_KEY_PAIR = 0x47;
    static final byte INS_GENERAL_AUTHENTICATE = (byte) 0x87;
    static final byte INS_GET_RESPONSE = (byte) 0xC0;
    static final byte INS_GET_DATA = (byte) 0xCB;
    static final byte INS_PUT_DATA = (byte) 0xDB;

    static final byte INS_MOVE_KEY = (byte) 0xF6;
    static final byte INS_GET_METADATA = (byte) 0xF7;
    static final byte INS_GET_SERIAL = (byte) 0xF8;
    static final byte INS_ATTEST = (byte) 0xF9;
    static final byte INS_GET_VERSION = (byte) 0xFD;
    static final byte INS_SET_MANAGEMENT_KEY = (byte) 0xFF;

    static final int REFERENCE_PIN = 0x80;
    static final int REFERENCE_PUK = 0x81;
    static final int KEY_MANAGEMENT_OF_CARD = 0x9B;
    static final int KEY_SIGNATURE = 0x9C;
    static final int KEY_DECIPHER = 0x9D;
    static final int KEY_CARD_AUTHENTICATION = 0x9E;
    static final int KEY_ATTESTATION = 0xF9;

    static final int OBJECT_DISCOVERY = 0x7E;
    static final int OBJECT_FINGERPRINTS = 0x5FC103;
    static final int OBJECT_FACIAL_IMAGE = 0x5FC108;
    static final int OBJECT_PRINTED = 0x5FC109;
    static final int OBJECT_IRIS_IMAGES = 0x5FC121;

    static final short SW_BYTES_REMAINING = 0x6100;
    static final short SW_TRIES_LEFT = 0x63C0;
    static final short SW_MEMORY_FAILURE = 0x6581;
    static final short SW_BLOCKED = 0x6983;
    static final short SW_REFERENCE_NOT_FOUND = 0x6A88;

    private Piv() {}

    /// Objects that are read after the PIN only (part 1, table 2).
    static boolean opensToPinOnly(int tag) {
        return tag == OBJECT_FINGERPRINTS
                || tag == OBJECT_FACIAL_IMAGE
                || tag == OBJECT_PRINTED
                || tag == OBJECT_IRIS_IMAGES;
    }

    static void commit(Memory memory) {
        if (!memory.commit()) {
            ISOException.throwIt(SW_MEMORY_FAILURE);
        }
    }
}
