// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.SecureRandom;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ChainedChannel;

/// Opens sessions with PIV cards.
///
/// To write, a session needs the card management key; it uses the one that the card keeps behind
/// its PIN, and a card that keeps none is CARD_NOT_WRITABLE.
public final class PivCards {
    private PivCards() {}

    /// Connects, selects the PIV application and reads what names the card: the first 16 digits of
    /// the FASC-N, or the first 16 hexadecimal digits of the GUID where the agency code is 9999 or
    /// the FASC-N cannot be read.
    ///
    /// @throws CardException NO_CARD, CARD_IN_USE, CARD_REMOVED, CARD_ANSWER_INVALID, or
    ///   CARD_NOT_SUPPORTED when there is no PIV application, CARD_NUMBER_MISSING when nothing
    ///   names the card
    public static CardSession open(ApduReader reader) {
        return open(reader, new SecureRandom());
    }

    /// As [#open(ApduReader)].
    ///
    /// @param random for the challenges that the card answers
    public static CardSession open(ApduReader reader, SecureRandom random) {
        ChainedChannel channel = new ChainedChannel(reader.connect());
        try {
            return new PivSession(channel, random);
        } catch (CardException e) {
            channel.close();
            throw e;
        }
    }
}
