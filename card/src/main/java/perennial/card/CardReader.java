// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import perennial.card.apdu.ApduChannel;

/// One reader, with or without a card in it.
public interface CardReader {
    /// The reader's name as the system calls it; unique among the readers of one [CardReaders].
    String name();

    boolean cardPresent();

    /// Resets the card and takes it for exclusive use.
    ///
    /// @throws CardException without a card (NO_CARD), when another program holds it (CARD_IN_USE)
    ApduChannel connect();
}
