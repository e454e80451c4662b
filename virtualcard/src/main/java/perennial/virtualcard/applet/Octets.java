// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// Octets written or read from the front; too few of them is an IndexOutOfBoundsException.
public final class Octets {
    private final byte[] octets;
    private int position;

    public Octets(int capacity) {
        this.octets = new byte[capacity];
    }

    public Octets(byte[] octets) {
        this.octets = octets;
    }

    public void put(byte octet) {
        octets[position++] = octet;
    }

    public void put(byte[] value) {
        System.arraycopy(value, 0, octets, position, value.length);
        position += value.length;
    }

    public void putNumber(int number) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            put((byte) (number >> shift));
        }
    }

    public void putCounted(byte[] value) {
        putNumber(value.length);
        put(value);
    }

    /// One TLV with its length in the shortest form, up to FFFF.
    public void putTlv(int tag, byte[] value) {
        for (int shift = 16; shift > 0; shift -= 8) {
            if (tag >> shift != 0) {
                put((byte) (tag >> shift));
            }
        }
        put((byte) tag);
        if (value.length > 0xFF) {
            put((byte) 0x82);
            put((byte) (value.length >> 8));
        } else if (value.length > 0x7F) {
            put((byte) 0x81);
        }
        put((byte) value.length);
        put(value);
    }

    /// One TLV by itself.
    public static byte[] tlv(int tag, byte[] value) {
        Octets out = new Octets(value.length + 7);
        out.putTlv(tag, value);
        return out.toArray();
    }

    public boolean hasMore() {
        return position < octets.length;
    }

    public byte get() {
        return octets[position++];
    }

    public void get(byte[] out) {
        System.arraycopy(octets, position, out, 0, out.length);
        position += out.length;
    }

    public int getNumber() {
        int number = 0;
        for (int i = 0; i < 4; i++) {
            number = (number << 8) | (get() & 0xFF);
        }
        return number;
    }

    public byte[] getCounted() {
        int length = getNumber();
        if (length < 0 || length > octets.length - position) {
            throw new IndexOutOfBoundsException(length);
        }
        byte[] value = new byte[length];
        get(value);
        return value;
    }

    public byte[] toArray() {
        byte[] written = new byte[position];
        System.arraycopy(octets, 0, written, 0, position);
        return written;
    }
}
