// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

/// One reader whose card answers APDUs, with or without a card in it.
public interface ApduReader {
    /// The reader's name as the system calls it; unique among the readers of one [ApduReaders].
    String name();

    boolean cardPresent();

    /// Resets the card and takes it for exclusive use.
    ///
    /// @throws perennial.card.CardException without a card (NO_CARD), when another program holds it
    ///   (CARD_IN_USE), when it does not answer the reset (CARD_MUTE)
    ApduChannel connect();
}
