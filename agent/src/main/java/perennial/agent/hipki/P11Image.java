// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import perennial.agent.json.Json;

/// An answer as a picture, for pages that may load pictures from everywhere and read their pixels:
/// one row of 24 bits each, whose octets in file order (blue, green, red) are the octets of the
/// JSON, and zeros behind them.
final class P11Image {
    /// Some pages read 300 pixels.
    static final int MAX_JSON = 897;

    private static final int FILE_HEADER = 14;
    private static final int HEADER = FILE_HEADER + 40;
    private static final int PIXEL = 3;
    private static final List<String> LEFT_OUT_FIRST =
            List.of("cryptokiVersion", "libraryDescription", "libraryVersion", "last_error");

    private P11Image() {}

    /// @param reply what does not fit is left out: first what pages do not read, then readers from
    ///   the last
    static byte[] of(Json.Members reply) {
        return bitmap(padded(fitting(reply)));
    }

    private static byte[] fitting(Json.Members whole) {
        Json.Members reply = new Json.Members();
        whole.values().forEach(reply::with);
        for (String name : LEFT_OUT_FIRST) {
            if (Replies.octets(reply).length > MAX_JSON) {
                reply.values().remove(name);
            }
        }
        while (Replies.octets(reply).length > MAX_JSON
                && reply.values().get("slots") instanceof Json.Array(List<Json> slots)
                && !slots.isEmpty()) {
            reply.with("slots", new Json.Array(slots.subList(0, slots.size() - 1)));
        }
        return Replies.octets(reply);
    }

    /// With blanks to whole pixels: a zero within one would be read as a character.
    private static byte[] padded(byte[] json) {
        byte[] padded = Arrays.copyOf(json, (json.length + PIXEL - 1) / PIXEL * PIXEL);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }

    private static byte[] bitmap(byte[] row) {
        int width = row.length / PIXEL + 1;
        int rowOctets = (width * PIXEL + 3) / 4 * 4;
        return ByteBuffer.allocate(HEADER + rowOctets)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 'B')
                .put((byte) 'M')
                .putInt(HEADER + rowOctets)
                .putInt(0)
                .putInt(HEADER)
                .putInt(HEADER - FILE_HEADER)
                .putInt(width)
                .putInt(1)
                .putShort((short) 1)
                .putShort((short) (PIXEL * 8))
                .putInt(0)
                .putInt(rowOctets)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .put(row)
                .array();
    }
}
