// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perennial.card.apdu.BerTlv;

/// The key history object (SP 800-73-4 part 1, 3.3.3): where other programs look for the keys that
/// open old mail. Those whose certificates are on the card stand in the lowest containers.
///
/// @param onCard how many retired keys have their certificate on the card
/// @param offCard how many have not
/// @param url where the certificates of the latter are
record KeyHistory(int onCard, int offCard, Optional<byte[]> url) {
    static final int OBJECT = 0x5FC10C;

    private static final int ON_CARD = 0xC1;
    private static final int OFF_CARD = 0xC2;
    private static final int URL = 0xF3;
    private static final int ERROR_DETECTION = 0xFE;
    private static final byte[] EMPTY = {};
    private static final KeyHistory NONE = new KeyHistory(0, 0, Optional.empty());

    /// @param content what stands in the object; empty where there is none
    /// @throws perennial.card.CardException CARD_ANSWER_INVALID
    static KeyHistory decode(byte[] content) {
        if (content.length == 0) {
            return NONE;
        }
        return PivObjects.checked(
                "key history",
                () -> {
                    List<BerTlv> parts = BerTlv.parse(content);
                    return new KeyHistory(
                            number(parts, ON_CARD),
                            number(parts, OFF_CARD),
                            BerTlv.find(parts, URL));
                });
    }

    KeyHistory withOnCard(int keys) {
        return new KeyHistory(keys, offCard, url);
    }

    byte[] encoded() {
        List<BerTlv> parts = new ArrayList<>();
        parts.add(new BerTlv(ON_CARD, new byte[] {(byte) onCard}));
        parts.add(new BerTlv(OFF_CARD, new byte[] {(byte) offCard}));
        url.ifPresent(u -> parts.add(new BerTlv(URL, u)));
        parts.add(new BerTlv(ERROR_DETECTION, EMPTY));
        return BerTlv.concat(parts.toArray(BerTlv[]::new));
    }

    private static int number(List<BerTlv> parts, int tag) {
        byte[] value = BerTlv.find(parts, tag).orElse(EMPTY);
        if (value.length != 1) {
            throw PivObjects.invalid("a key history without %02X".formatted(tag));
        }
        return value[0] & 0xFF;
    }
}
