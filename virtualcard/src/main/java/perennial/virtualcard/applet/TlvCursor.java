// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// Walks over the BER-TLVs of a command: tags of up to three octets, lengths of up to FFFF.
public final class TlvCursor {
    private final byte[] octets;
    private final int end;
    private int position;

    public int tag;
    public int offset;
    public int length;

    public TlvCursor(byte[] octets, int offset, int length) {
        this.octets = octets;
        this.position = offset;
        this.end = offset + length;
    }

    /// The same over the value that this one stands on.
    public TlvCursor inside() {
        return new TlvCursor(octets, offset, length);
    }

    public boolean atEnd() {
        return position == end;
    }

    /// Goes to the next one; false at the end and when there is none that fits.
    public boolean next() {
        if (position >= end) {
            return false;
        }
        tag = octets[position++] & 0xFF;
        if ((tag & 0x1F) == 0x1F && !moreTag()) {
            return false;
        }
        if (position >= end) {
            return false;
        }
        length = octets[position++] & 0xFF;
        if (length > 0x7F && !longLength(length & 0x7F)) {
            return false;
        }
        offset = position;
        position += length;
        return position <= end;
    }

    private boolean moreTag() {
        for (int i = 0; i < 2 && position < end; i++) {
            int octet = octets[position++] & 0xFF;
            tag = (tag << 8) | octet;
            if (octet < 0x80) {
                return true;
            }
        }
        return false;
    }

    private boolean longLength(int count) {
        if (count < 1 || count > 2 || end - position < count) {
            return false;
        }
        length = 0;
        for (int i = 0; i < count; i++) {
            length = (length << 8) | (octets[position++] & 0xFF);
        }
        return true;
    }
}
