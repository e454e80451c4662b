// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import perennial.card.apdu.BerTlv;

/// What a card tells of a key that it holds (GET METADATA: `01 algorithm 02 rules 03 origin 04
/// public-key`).
///
/// @param pinPolicy empty when the card names a rule that is none of ours
/// @param touchPolicy the vendor's octet, 0 to 3, passed on as it is
/// @param publicKey empty when the key is of a kind that sessions do not work with
record KeyMetadata(Optional<PinPolicy> pinPolicy, int touchPolicy, Optional<PublicKey> publicKey) {
    private static final int ALGORITHM = 0x01;
    private static final int RULES = 0x02;
    private static final int PUBLIC_KEY = 0x04;
    private static final int MAX_TOUCH = 3;

    /// @throws perennial.card.CardException CARD_ANSWER_INVALID
    static KeyMetadata decode(byte[] answer) {
        return PivObjects.checked(
                "metadata",
                () -> {
                    List<BerTlv> parts = BerTlv.parse(answer);
                    int algorithm = octets(parts, ALGORITHM, 1)[0] & 0xFF;
                    byte[] rules = octets(parts, RULES, 2);
                    if (rules[1] < 0 || rules[1] > MAX_TOUCH) {
                        throw PivObjects.invalid("touch policy %02X".formatted(rules[1]));
                    }
                    Optional<PublicKey> key =
                            KeyType.ofIdentifier(algorithm)
                                    .map(type -> type.publicKey(part(parts, PUBLIC_KEY)));
                    return new KeyMetadata(PinPolicy.of(rules[0]), rules[1], key);
                });
    }

    boolean isOf(PublicKey key) {
        return publicKey.filter(key::equals).isPresent();
    }

    private static byte[] octets(List<BerTlv> parts, int tag, int length) {
        byte[] value = part(parts, tag);
        if (value.length != length) {
            throw PivObjects.invalid("metadata %02X of %d octets".formatted(tag, value.length));
        }
        return value;
    }

    private static byte[] part(List<BerTlv> parts, int tag) {
        return BerTlv.find(parts, tag)
                .orElseThrow(() -> PivObjects.invalid("no metadata %02X".formatted(tag)));
    }
}
