// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

import java.util.Optional;

/// A card that answers one command at a time: a reader, a simulator, a transcript.
///
/// Not safe for use by many threads. What is behind it is hostile: answers are bounded by the type
/// and checked by the caller.
public interface ApduChannel extends AutoCloseable {
    /// Sends one command and waits for its answer.
    ///
    /// @throws perennial.card.CardException when there is no answer; whether the card executed the
    ///   command is then unknown
    ResponseApdu transmit(CommandApdu command);

    /// The card's answer to reset (ISO/IEC 7816-3 8), 2 to 36 octets, as the reader tells it; empty
    /// where there is no reader that saw one. Costs no command. The array is the caller's.
    default Optional<byte[]> atr() {
        return Optional.empty();
    }

    /// Gives the card back; never throws.
    @Override
    void close();
}
