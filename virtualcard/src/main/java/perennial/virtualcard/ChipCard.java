// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

/// A card as its reader's contacts find it (ISO/IEC 7816-3): octets in, octets out. Any virtual
/// card can be put into any virtual reader through this.
public interface ChipCard {
    /// The answer to reset, 2 to 33 octets. The array is the caller's.
    byte[] atr();

    /// Puts the chip under power, or resets it: what it knew in volatile memory is gone.
    ///
    /// @throws perennial.card.CardException CARD_IN_USE while another contact is open
    Contact powerUp();

    /// One time under power. Not safe for use by many threads.
    interface Contact extends AutoCloseable {
        /// Executes one command, whatever its octets are, and answers with 2 to 65,535 octets. The
        /// command stays the caller's to wipe.
        ///
        /// @throws perennial.card.CardException CARD_REMOVED when contact was lost at this command,
        ///   before or after the chip executed it; it stays lost
        byte[] transmit(byte[] command);

        /// Takes the power away; never throws.
        @Override
        void close();
    }
}
