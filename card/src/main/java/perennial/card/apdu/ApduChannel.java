// SPDX-License-Identifier: Apache-2.0
package perennial.card.apdu;

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

    /// Gives the card back; never throws.
    @Override
    void close();
}
