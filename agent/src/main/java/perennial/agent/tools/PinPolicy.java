// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import perennial.card.Pin;
import perennial.core.certificate.CardNumber;

/// Which new PINs are refused before the card is asked. Their form, 6 to 8 visible characters, is
/// [Pin]'s.
///
/// @param refusesSame `111111`
/// @param refusesRows `123456`, `987654`, `890123`, `abcdef`
/// @param refusesCardNumber any part of the card's number
/// @param refused these, whatever their case
public record PinPolicy(
        boolean refusesSame, boolean refusesRows, boolean refusesCardNumber, Set<String> refused) {
    /// Everything, and what people choose most where rows are refused.
    public static final PinPolicy STANDARD =
            new PinPolicy(
                    true,
                    true,
                    true,
                    Set.of(
                            "121212",
                            "123123",
                            "112233",
                            "123321",
                            "654123",
                            "101010",
                            "159753",
                            "147258",
                            "520520",
                            "5201314",
                            "password",
                            "passw0rd",
                            "qwerty",
                            "qwertyui",
                            "abc123",
                            "a123456",
                            "abc12345",
                            "1qaz2wsx"));

    private static final int FILLER = 0xFF;

    public PinPolicy {
        refused = Set.copyOf(refused);
    }

    /// Why a PIN is refused.
    public enum Weakness {
        ALL_THE_SAME,
        ROW,
        PART_OF_CARD_NUMBER,
        LISTED
    }

    /// The first reason to refuse this PIN for this card; empty when it is good.
    public Optional<Weakness> weakness(Pin pin, CardNumber card) {
        byte[] octets = octets(pin);
        try {
            if (refusesSame && steps(octets, 0)) {
                return Optional.of(Weakness.ALL_THE_SAME);
            }
            if (refusesRows && (steps(octets, 1) || steps(octets, -1))) {
                return Optional.of(Weakness.ROW);
            }
            if (refusesCardNumber && contains(card.value(), octets)) {
                return Optional.of(Weakness.PART_OF_CARD_NUMBER);
            }
            return refused.stream().anyMatch(word -> same(word, octets))
                    ? Optional.of(Weakness.LISTED)
                    : Optional.empty();
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static byte[] octets(Pin pin) {
        byte[] padded = pin.padded();
        int length = padded.length;
        while (length > 0 && (padded[length - 1] & 0xFF) == FILLER) {
            length--;
        }
        byte[] octets = Arrays.copyOf(padded, length);
        Arrays.fill(padded, (byte) 0);
        return octets;
    }

    /// Whether each character is this far from the one before; digits go round at nine.
    private static boolean steps(byte[] octets, int step) {
        for (int i = 1; i < octets.length; i++) {
            int before = octets[i - 1];
            int next =
                    before >= '0' && before <= '9'
                            ? '0' + Math.floorMod(before - '0' + step, 10)
                            : before + step;
            if (octets[i] != next) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(String text, byte[] octets) {
        byte[] whole = text.getBytes(StandardCharsets.US_ASCII);
        for (int from = 0; from + octets.length <= whole.length; from++) {
            if (Arrays.equals(whole, from, from + octets.length, octets, 0, octets.length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(String word, byte[] octets) {
        byte[] letters = word.getBytes(StandardCharsets.US_ASCII);
        boolean same = letters.length == octets.length;
        for (int i = 0; same && i < letters.length; i++) {
            same =
                    Character.toLowerCase((char) letters[i])
                            == Character.toLowerCase((char) octets[i]);
        }
        return same;
    }
}
