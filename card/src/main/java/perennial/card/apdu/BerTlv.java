// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// One BER-TLV data object (ISO/IEC 7816-4 5.2.2): tag of one to three octets, length in definite
/// form, at most FFFF.
///
/// @param tag the tag's octets as one number
public record BerTlv(int tag, byte[] value) {
    private static final int MAX_VALUE = 0xFFFF;
    private static final int MAX_OBJECTS = 64;

    public BerTlv {
        if (tag <= 0 || tag > 0xFFFFFF || value.length > MAX_VALUE) {
            throw new IllegalArgumentException("tag of 1 to 3 octets, value of at most FFFF");
        }
        value = value.clone();
    }

    /// Reads data objects that stand one after the other and fill the octets exactly.
    ///
    /// @throws CardException with CARD_ANSWER_INVALID for anything else, and for more than 64
    public static List<BerTlv> parse(byte[] octets) {
        List<BerTlv> objects = new ArrayList<>();
        int position = 0;
        while (position < octets.length) {
            if (objects.size() == MAX_OBJECTS) {
                throw invalid("more than 64 data objects");
            }
            int tagEnd = tagEnd(octets, position);
            int lengthEnd = lengthEnd(octets, tagEnd);
            int length = length(octets, tagEnd, lengthEnd);
            if (length > octets.length - lengthEnd) {
                throw invalid("a data object's length is beyond the end");
            }
            int tag = number(octets, position, tagEnd);
            position = lengthEnd + length;
            objects.add(new BerTlv(tag, Arrays.copyOfRange(octets, lengthEnd, position)));
        }
        return List.copyOf(objects);
    }

    /// The value of the first object with the tag.
    public static Optional<byte[]> find(List<BerTlv> objects, int tag) {
        return objects.stream().filter(o -> o.tag == tag).findFirst().map(BerTlv::value);
    }

    /// The value of the first object with the tag, which has to be there.
    ///
    /// @throws CardException with CARD_ANSWER_INVALID when it is not
    public static byte[] require(byte[] octets, int tag) {
        return find(parse(octets), tag)
                .orElseThrow(() -> invalid("no data object %X".formatted(tag)));
    }

    /// The encodings one after the other.
    public static byte[] concat(BerTlv... objects) {
        byte[][] encoded = Arrays.stream(objects).map(BerTlv::encoded).toArray(byte[][]::new);
        byte[] all = new byte[Arrays.stream(encoded).mapToInt(e -> e.length).sum()];
        int position = 0;
        for (byte[] one : encoded) {
            System.arraycopy(one, 0, all, position, one.length);
            position += one.length;
        }
        return all;
    }

    @Override
    public byte[] value() {
        return value.clone();
    }

    /// With the length in its shortest form.
    public byte[] encoded() {
        int tagOctets = tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1;
        int lengthOctets = value.length > 0xFF ? 3 : value.length > 0x7F ? 2 : 1;
        byte[] encoded = new byte[tagOctets + lengthOctets + value.length];
        for (int i = 0; i < tagOctets; i++) {
            encoded[i] = (byte) (tag >> (8 * (tagOctets - 1 - i)));
        }
        if (lengthOctets > 1) {
            encoded[tagOctets] = (byte) (0x80 | (lengthOctets - 1));
        }
        if (lengthOctets == 3) {
            encoded[tagOctets + 1] = (byte) (value.length >> 8);
        }
        encoded[tagOctets + lengthOctets - 1] = (byte) value.length;
        System.arraycopy(value, 0, encoded, tagOctets + lengthOctets, value.length);
        return encoded;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BerTlv that && tag == that.tag && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * tag + Arrays.hashCode(value);
    }

    /// Shows the tag and the length; the value may be secret.
    @Override
    public String toString() {
        return "%X (%d octets)".formatted(tag, value.length);
    }

    private static int tagEnd(byte[] octets, int start) {
        int end = start + 1;
        if ((octets[start] & 0x1F) == 0x1F) {
            do {
                end++;
            } while (end <= octets.length && end - start < 3 && (octets[end - 1] & 0x80) != 0);
            if (end <= octets.length && (octets[end - 1] & 0x80) != 0) {
                throw invalid("a tag of more than 3 octets");
            }
        }
        if (end >= octets.length) {
            throw invalid("a data object without length");
        }
        if (number(octets, start, end) == 0) {
            throw invalid("a data object without tag");
        }
        return end;
    }

    private static int lengthEnd(byte[] octets, int start) {
        int first = octets[start] & 0xFF;
        int more = first > 0x7F ? first & 0x7F : 0;
        if (first == 0x80 || more > 2) {
            throw invalid("a length beyond FFFF");
        }
        if (start + 1 + more > octets.length) {
            throw invalid("a length cut short");
        }
        return start + 1 + more;
    }

    private static int length(byte[] octets, int start, int end) {
        return end == start + 1 ? octets[start] & 0xFF : number(octets, start + 1, end);
    }

    private static int number(byte[] octets, int start, int end) {
        int number = 0;
        for (int i = start; i < end; i++) {
            number = (number << 8) | (octets[i] & 0xFF);
        }
        return number;
    }

    private static CardException invalid(String what) {
        return new CardException(Problem.CARD_ANSWER_INVALID, what);
    }
}
