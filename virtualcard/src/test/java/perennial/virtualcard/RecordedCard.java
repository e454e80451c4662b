// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;

/// What an honest card answered, by command, so that hostile cards start from there at the speed of
/// a table.
final class RecordedCard {
    private static final int GET_RESPONSE = 0xC0;
    private static final byte[] UNKNOWN = {0x6D, 0x00};

    private final Map<String, List<byte[]>> answers = new HashMap<>();

    /// Passes everything through and keeps it.
    final class Recorder implements ApduChannel {
        private final ApduChannel card;
        private final Place place = new Place();

        Recorder(ApduChannel card) {
            this.card = card;
        }

        @Override
        public ResponseApdu transmit(CommandApdu command) {
            ResponseApdu answer = card.transmit(command);
            byte[] data = answer.data();
            byte[] octets = new byte[data.length + 2];
            System.arraycopy(data, 0, octets, 0, data.length);
            octets[data.length] = (byte) answer.status().sw1();
            octets[data.length + 1] = (byte) answer.status().sw2();
            answers.computeIfAbsent(place.of(command), _ -> new ArrayList<>()).add(octets);
            return answer;
        }

        @Override
        public void close() {
            card.close();
        }
    }

    /// One conversation: the same command gets its recorded answers one after the other, the last
    /// of them again and again.
    final class Player {
        private final Place place = new Place();
        private final Map<String, Integer> next = new HashMap<>();

        /// Data and status word.
        byte[] answer(CommandApdu command) {
            String key = place.of(command);
            List<byte[]> known = answers.getOrDefault(key, List.of());
            if (known.isEmpty()) {
                return UNKNOWN.clone();
            }
            int at = next.merge(key, 1, Integer::sum) - 1;
            return known.get(Math.min(at, known.size() - 1)).clone();
        }
    }

    /// Where in a conversation a command stands: GET RESPONSE says nothing by itself.
    private static final class Place {
        private String command = "";
        private int parts;

        String of(CommandApdu apdu) {
            if (apdu.ins() == GET_RESPONSE) {
                parts++;
            } else {
                command = HexFormat.of().formatHex(apdu.encoded());
                parts = 0;
            }
            return command + "/" + parts;
        }
    }
}
