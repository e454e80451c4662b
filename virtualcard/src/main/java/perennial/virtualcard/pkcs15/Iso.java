// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import javacard.framework.ISOException;

/// Numbers of ISO/IEC 7816-4, -8 and -9 that `javacard.framework.ISO7816` lacks, and those that the
/// driver `isoApplet` chose.
final class Iso {
    static final byte INS_VERIFY = 0x20;
    static final byte INS_MANAGE_SECURITY_ENVIRONMENT = 0x22;
    static final byte INS_CHANGE_REFERENCE_DATA = 0x24;
    static final byte INS_PERFORM_SECURITY_OPERATION = 0x2A;
    static final byte INS_RESET_RETRY_COUNTER = 0x2C;
    static final byte INS_GENERATE_KEY_PAIR = 0x46;
    static final byte INS_GET_CHALLENGE = (byte) 0x84;
    static final byte INS_SELECT = (byte) 0xA4;
    static final byte INS_READ_BINARY = (byte) 0xB0;
    static final byte INS_GET_RESPONSE = (byte) 0xC0;
    static final byte INS_UPDATE_BINARY = (byte) 0xD6;
    static final byte INS_PUT_DATA = (byte) 0xDB;
    static final byte INS_CREATE_FILE = (byte) 0xE0;
    static final byte INS_DELETE_FILE = (byte) 0xE4;

    static final int REFERENCE_PIN = 0x01;
    static final int REFERENCE_PUK = 0x02;

    static final byte ALGORITHM_RSA_2048_GENERATION = (byte) 0xF3;
    static final byte ALGORITHM_EC_GENERATION = (byte) 0xEC;
    static final byte ALGORITHM_RSA_PKCS1 = 0x11;
    static final byte ALGORITHM_ECDSA = 0x21;

    static final short SW_END_OF_FILE = 0x6282;
    static final short SW_BYTES_REMAINING = 0x6100;
    static final short SW_TRIES_LEFT = 0x63C0;
    static final short SW_MEMORY_FAILURE = 0x6581;
    static final short SW_NOT_ALLOWED = 0x6900;
    static final short SW_BLOCKED = 0x6983;
    static final short SW_REFERENCE_NOT_USABLE = 0x6984;
    static final short SW_NO_SPACE = 0x6A84;
    static final short SW_REFERENCE_NOT_FOUND = 0x6A88;
    static final short SW_FILE_EXISTS = 0x6A89;

    private Iso() {}

    /// Keeps what has been changed, or takes it back and says so.
    static void commit(Memory memory) {
        if (!memory.commit()) {
            ISOException.throwIt(SW_MEMORY_FAILURE);
        }
    }
}
