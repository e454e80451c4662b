// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// GET DATA and PUT DATA (SP 800-73-4 part 2, 3.1.2 and 3.3.1).
///
/// An object is replaced as a whole, by the last command of its chain; until then the old one is
/// there.
final class ObjectCommands {
    private static final int TAG_LIST = 0x5C;
    private static final int DATA = 0x53;

    /// AID of the application; the PIN of this application, global PIN not used.
    private static final byte[] DISCOVERY = {
        0x7E,
        0x12,
        0x4F,
        0x0B,
        (byte) 0xA0,
        0x00,
        0x00,
        0x03,
        0x08,
        0x00,
        0x00,
        0x10,
        0x00,
        0x01,
        0x00,
        0x5F,
        0x2F,
        0x02,
        0x40,
        0x00
    };

    private final Memory memory;
    private final SecurityStatus status;

    ObjectCommands(Memory memory, SecurityStatus status) {
        this.memory = memory;
        this.status = status;
    }

    byte[] get(int p1, int p2, byte[] in, int length) {
        TlvCursor data = new TlvCursor(in, 0, length);
        int tag = checkedTag(p1, p2, data, in);
        if (!data.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        if (tag == Piv.OBJECT_DISCOVERY) {
            return DISCOVERY;
        }
        if (Piv.opensToPinOnly(tag) && !status.pinVerified()) {
            ISOException.throwIt(ISO7816.SW_SECURITY_STATUS_NOT_SATISFIED);
        }
        byte[] object = memory.object(tag);
        if (object.length == 0) {
            ISOException.throwIt(ISO7816.SW_FILE_NOT_FOUND);
        }
        return object;
    }

    void put(int p1, int p2, byte[] in, int length) {
        status.requireManagementKey();
        TlvCursor data = new TlvCursor(in, 0, length);
        int tag = checkedTag(p1, p2, data, in);
        int start = data.offset + data.length;
        if (tag == Piv.OBJECT_DISCOVERY || !data.next() || data.tag != DATA || !data.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        byte[] object = data.length == 0 ? Memory.NOTHING : new byte[length - start];
        System.arraycopy(in, start, object, 0, object.length);
        if (!memory.setObject(tag, object)) {
            ISOException.throwIt(ISO7816.SW_FILE_FULL);
        }
        Piv.commit(memory);
    }

    private static int checkedTag(int p1, int p2, TlvCursor data, byte[] in) {
        if (p1 != 0x3F || p2 != 0xFF) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        if (!data.next() || data.tag != TAG_LIST || data.length < 1 || data.length > 3) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        int tag = 0;
        for (int i = 0; i < data.length; i++) {
            tag = (tag << 8) | (in[data.offset + i] & 0xFF);
        }
        return tag;
    }
}
