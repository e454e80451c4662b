// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import perennial.virtualcard.applet.Octets;
import perennial.virtualcard.applet.TlvCursor;

/// File control parameters, read and told (ISO/IEC 7816-4 7.4.3).
final class FileControl {
    private static final int TEMPLATE_PARAMETERS = 0x62;
    private static final int TEMPLATE_INFORMATION = 0x6F;
    private static final int DATA_OCTETS = 0x80;
    private static final int ALL_OCTETS = 0x81;
    private static final int DESCRIPTOR = 0x82;
    private static final int IDENTIFIER = 0x83;
    private static final int NAME = 0x84;
    private static final int PROPRIETARY = 0x85;
    private static final int CONDITIONS = 0x86;
    private static final int LIFE_CYCLE = 0x8A;
    private static final byte ACTIVATED = 0x05;
    private static final byte SHAREABLE = 0x40;
    private static final byte TRANSPARENT = 0x01;

    private final SecurityStatus status;
    private int size;
    private byte descriptor;
    private int identifier;
    private byte[] name = Memory.NOTHING;
    private byte[] conditions = Memory.NOTHING;

    FileControl(SecurityStatus status) {
        this.status = status;
    }

    /// The file that CREATE FILE asks for, filled with zeros.
    CardFile parse(int parent, byte[] in, int length) {
        TlvCursor data = new TlvCursor(in, 0, length);
        if (!data.next()
                || (data.tag != TEMPLATE_PARAMETERS && data.tag != TEMPLATE_INFORMATION)
                || !data.atEnd()) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        size = -1;
        identifier = 0;
        descriptor = -1;
        name = Memory.NOTHING;
        conditions = Memory.NOTHING;
        TlvCursor part = data.inside();
        while (part.next()) {
            take(part, in);
        }
        boolean isFolder = CardFile.isFolder(descriptor);
        if (!part.atEnd()
                || descriptor < 0
                || identifier == 0
                || conditions.length == 0
                || (!isFolder && (size < 0 || name.length > 0))) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
        if (!isFolder && size > CardFile.MAX_SIZE) {
            ISOException.throwIt(Iso.SW_NO_SPACE);
        }
        byte[] content = isFolder ? Memory.NOTHING : new byte[size];
        int declared = isFolder && size > 0 ? size : 0;
        return new CardFile(parent, identifier, descriptor, conditions, name, content, declared);
    }

    private void take(TlvCursor part, byte[] in) {
        boolean fits =
                switch (part.tag) {
                    case DATA_OCTETS, ALL_OCTETS -> {
                        size = part.length == 2 ? Selection.number(in, part.offset) : -1;
                        yield part.length == 2;
                    }
                    case DESCRIPTOR -> {
                        descriptor = part.length > 0 ? in[part.offset] : -1;
                        yield known(descriptor);
                    }
                    case IDENTIFIER -> {
                        identifier = part.length == 2 ? Selection.number(in, part.offset) : 0;
                        yield allowed(identifier);
                    }
                    case NAME -> {
                        name = copy(part, in);
                        yield name.length > 0 && name.length <= CardFile.MAX_NAME;
                    }
                    case CONDITIONS -> {
                        conditions = copy(part, in);
                        yield conditions.length == CardFile.CONDITIONS
                                && (conditions[0] & 0x7F) == 0x7F;
                    }
                    case LIFE_CYCLE, PROPRIETARY -> true;
                    default -> false;
                };
        if (!fits) {
            ISOException.throwIt(ISO7816.SW_WRONG_DATA);
        }
    }

    /// A folder, or a working or internal elementary file of transparent or untold structure.
    private static boolean known(byte descriptor) {
        int kind = descriptor & ~SHAREABLE;
        return kind == CardFile.FOLDER || (kind & ~0x08 & ~TRANSPARENT) == 0;
    }

    /// Not one that ISO/IEC 7816-4 7.4.1 keeps for itself.
    private static boolean allowed(int identifier) {
        return identifier != 0
                && identifier != FileTree.MASTER_IDENTIFIER
                && identifier != 0x3FFF
                && identifier != 0xFFFF;
    }

    private static byte[] copy(TlvCursor part, byte[] in) {
        byte[] value = new byte[part.length];
        System.arraycopy(in, part.offset, value, 0, part.length);
        return value;
    }

    /// What SELECT tells; the conditions are those that stand now.
    byte[] told(CardFile file, boolean parametersOnly) {
        byte[] stand = new byte[CardFile.CONDITIONS];
        stand[0] = (byte) 0xFF;
        for (int i = 1; i < stand.length; i++) {
            stand[i] = status.effective(file.conditions[i]);
        }
        int octets = file.isFolder() ? file.declaredSize : file.content.length;
        Octets parts = new Octets(64);
        parts.putTlv(file.isFolder() ? ALL_OCTETS : DATA_OCTETS, two(octets));
        parts.putTlv(DESCRIPTOR, new byte[] {file.descriptor});
        parts.putTlv(IDENTIFIER, two(file.identifier));
        if (file.name.length > 0) {
            parts.putTlv(NAME, file.name);
        }
        parts.putTlv(CONDITIONS, stand);
        parts.putTlv(LIFE_CYCLE, new byte[] {ACTIVATED});
        return Octets.tlv(
                parametersOnly ? TEMPLATE_PARAMETERS : TEMPLATE_INFORMATION, parts.toArray());
    }

    private static byte[] two(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }
}
