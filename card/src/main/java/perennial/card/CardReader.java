// SPDX-License-Identifier: Apache-2.0
package perennial.card;

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
}
