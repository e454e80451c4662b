// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import perennial.card.CardException;
import perennial.core.advice.Problem;

/// The Federal Agency Smart Credential Number: what numbers the card and its holder (TIG SCEPACS
/// 2.3, SP 800-73-4 part 1, 3.1.2).
///
/// @param card the 16 digits that number the card: agency 4, system 4, credential 6, credential
///   series 1, individual credential issue 1
/// @param person the 16 digits that number the holder: person 10, category 1, organisation 4,
///   association 1
public record FascN(String card, String person) {
    /// The length of the encoding.
    public static final int OCTETS = 25;

    private static final int CHARACTERS = 40;
    private static final int LRC = CHARACTERS - 1;
    private static final int START = 0xB;
    private static final int SEPARATOR = 0xD;
    private static final int END = 0xF;

    /// How the characters stand: `S` start, `c` card, `=` separator, `p` person, `E` end, `L`
    /// check.
    private static final String LAYOUT = "Scccc=cccc=cccccc=c=c=ppppppppppppppppEL";

    public FascN {
        if (!card.matches("[0-9]{16}") || !person.matches("[0-9]{16}")) {
            throw new IllegalArgumentException("card and person take 16 digits each");
        }
    }

    /// Reads 40 characters of four bits, lowest first, and one of odd parity.
    ///
    /// @throws CardException CARD_ANSWER_INVALID when length, parity, layout or the longitudinal
    ///   check is wrong
    public static FascN decode(byte[] encoded) {
        if (encoded.length != OCTETS) {
            throw invalid("%d octets, not %d".formatted(encoded.length, OCTETS));
        }
        StringBuilder card = new StringBuilder();
        StringBuilder person = new StringBuilder();
        int check = 0;
        for (int i = 0; i < CHARACTERS; i++) {
            int character = character(encoded, i);
            char place = LAYOUT.charAt(i);
            boolean right =
                    switch (place) {
                        case 'S' -> character == START;
                        case '=' -> character == SEPARATOR;
                        case 'E' -> character == END;
                        case 'L' -> character == check;
                        default -> character <= 9;
                    };
            if (!right) {
                throw invalid("character %d is %X".formatted(i, character));
            }
            check ^= character;
            if (place == 'c') {
                card.append(character);
            } else if (place == 'p') {
                person.append(character);
            }
        }
        return new FascN(card.toString(), person.toString());
    }

    /// The agency's four digits; 9999 for an issuer outside the agencies, whose cards are told
    /// apart by their GUID.
    public String agencyCode() {
        return card.substring(0, 4);
    }

    /// 25 octets.
    public byte[] encoded() {
        byte[] encoded = new byte[OCTETS];
        int cardPosition = 0;
        int personPosition = 0;
        int check = 0;
        for (int i = 0; i < CHARACTERS; i++) {
            int character =
                    switch (LAYOUT.charAt(i)) {
                        case 'S' -> START;
                        case '=' -> SEPARATOR;
                        case 'E' -> END;
                        case 'L' -> check;
                        case 'c' -> card.charAt(cardPosition++) - '0';
                        default -> person.charAt(personPosition++) - '0';
                    };
            check ^= character;
            int parity = 1 - Integer.bitCount(character) % 2;
            int bits = (Integer.reverse(character) >>> 27) | parity;
            for (int bit = 0; bit < 5; bit++) {
                int place = 5 * i + bit;
                int value = (bits >> (4 - bit)) & 1;
                encoded[place / 8] |= (byte) (value << (7 - place % 8));
            }
        }
        return encoded;
    }

    private static int character(byte[] encoded, int index) {
        int character = 0;
        int ones = 0;
        for (int bit = 0; bit < 5; bit++) {
            int place = 5 * index + bit;
            int value = (encoded[place / 8] >> (7 - place % 8)) & 1;
            ones += value;
            if (bit < 4) {
                character |= value << bit;
            }
        }
        if (ones % 2 == 0) {
            throw invalid("character %d of %d has even parity".formatted(index, LRC + 1));
        }
        return character;
    }

    private static CardException invalid(String what) {
        return new CardException(Problem.CARD_ANSWER_INVALID, "FASC-N: " + what);
    }
}
