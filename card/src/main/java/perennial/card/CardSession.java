// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.util.Optional;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.Signer;

/// One card in exclusive use. Not safe for use by many threads.
///
/// Every method throws [CardException] when the card fails or is taken out. After that the session
/// is of no use: close it and open another.
public interface CardSession extends AutoCloseable {
    CardNumber cardNumber();

    /// Tries left for the PIN, 0 when it is blocked; costs none.
    int triesLeft();

    /// Presents the PIN, once. The session keeps a copy until it is closed, for keys that ask
    /// before every use; the caller's own stays the caller's to close.
    PinOutcome verify(Pin pin);

    /// The certificate in the slot, empty when there is none.
    Optional<Certificate> certificate(KeySlot slot);

    /// Replaces the slot's certificate, in one step as far as the card can, reads it back and
    /// compares. Needs a verified PIN.
    ///
    /// @throws CardException with READ_BACK_DIFFERS when the card holds something else afterwards,
    ///   CARD_NOT_WRITABLE when it refuses
    void write(KeySlot slot, Certificate certificate);

    /// The slot's private key for signatures; the public half is that of the slot's certificate.
    /// Needs a verified PIN when used.
    ///
    /// @throws CardException with NO_CERTIFICATE when the slot has none
    Signer signer(KeySlot slot);

    /// The slot's private key for decryption; as [#signer].
    Decipherer decipherer(KeySlot slot);

    /// Wipes the PIN and gives the card back; never throws.
    @Override
    void close();
}
