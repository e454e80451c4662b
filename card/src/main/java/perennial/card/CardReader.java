// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.util.function.Supplier;

/// One place for a card, a reader's or a token library's, with or without a card in it.
public interface CardReader {
    /// The reader's name as the system calls it; unique among the readers of one [CardReaders].
    String name();

    boolean cardPresent();

    /// Takes the card for exclusive use, by the driver that fits it.
    ///
    /// @throws CardException without a card (NO_CARD), when another program holds it (CARD_IN_USE),
    ///   when no driver fits (CARD_NOT_SUPPORTED), and whatever the card does
    CardSession open();

    /// The same place, whose card is taken in another way.
    ///
    /// @param open in place of [#open]
    default CardReader opening(Supplier<CardSession> open) {
        CardReader place = this;
        return new CardReader() {
            @Override
            public String name() {
                return place.name();
            }

            @Override
            public boolean cardPresent() {
                return place.cardPresent();
            }

            @Override
            public CardSession open() {
                return open.get();
            }
        };
    }
}
