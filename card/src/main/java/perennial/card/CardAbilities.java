// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import perennial.core.crypto.KeyAlgorithm;

/// What a card can do for its holder, found by looking; nothing is tried that changes the card.
///
/// @param driver the way to the card, for people: `PIV`, `PKCS #11 SoftHSM v2`
/// @param product card and firmware as far as they say, for people
/// @param writesCertificates whether the certificate beside a key can be replaced
/// @param reKeyWays the ways in which a slot gets another key, the safest first; empty where keys
///   cannot be made
/// @param newKeys the kinds of keys it makes
/// @param secondSecret whether writing takes a second secret beside the PIN: PIV management key, SO
///   PIN
/// @param freeContainers how many keys could be made beside those that are there
public record CardAbilities(
        String driver,
        String product,
        boolean writesCertificates,
        Set<ReKeyWay> reKeyWays,
        Set<KeyAlgorithm> newKeys,
        boolean secondSecret,
        int freeContainers) {
    public CardAbilities {
        reKeyWays = inOrder(reKeyWays);
        newKeys = inOrder(newKeys);
    }

    /// In the order of their declaration, which for ways is that of their safety.
    private static <E extends Enum<E>> Set<E> inOrder(Set<E> values) {
        return Collections.unmodifiableSet(new TreeSet<>(values));
    }

    /// The four kinds of cards that a renewal has to tell apart.
    public enum Kind {
        RE_KEY_WITH_PIN,
        RE_KEY_WITH_SECOND_SECRET,
        SAME_KEY_ONLY,
        SIGN_ONLY
    }

    public Kind kind() {
        if (!writesCertificates) {
            return Kind.SIGN_ONLY;
        }
        if (reKeyWays.isEmpty()) {
            return Kind.SAME_KEY_ONLY;
        }
        return secondSecret ? Kind.RE_KEY_WITH_SECOND_SECRET : Kind.RE_KEY_WITH_PIN;
    }
}
