// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.util.Optional;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.DigestSigner;
import perennial.core.crypto.Signer;

/// One card in exclusive use. Not safe for use by many threads.
///
/// Every method throws [CardException] when the card fails or is taken out. After that the session
/// is of no use: close it and open another.
public interface CardSession extends AutoCloseable {
    /// What every card with room for a certificate has room for.
    int MAX_NOTE = 2800;

    CardNumber cardNumber();

    /// The card's answer to reset, where its reader tells it (ISO/IEC 7816-3 8).
    default Optional<byte[]> atr() {
        return Optional.empty();
    }

    /// Tries left for the PIN, 0 when it is blocked; costs none.
    int triesLeft();

    /// Presents the PIN, once. The session keeps a copy until it is closed, for keys that ask
    /// before every use; the caller's own stays the caller's to close.
    PinOutcome verify(Pin pin);

    /// The certificate in the slot, empty when there is none.
    Optional<Certificate> certificate(KeySlot slot);

    /// What the card tells of the slot's key.
    default KeyPresence keyPresence(KeySlot slot) {
        return new KeyPresence.Untold();
    }

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

    /// The same key for what others digested; as [#signer].
    DigestSigner digestSigner(KeySlot slot);

    /// The slot's private key for decryption; as [#signer].
    Decipherer decipherer(KeySlot slot);

    /// What this card can do.
    CardAbilities abilities();

    /// Presents what writing takes beside the PIN where [CardAbilities#secondSecret] says so: the
    /// PIV management key in hexadecimal, or the SO PIN. The characters stay the caller's to wipe.
    ///
    /// @throws CardException SECOND_SECRET_WRONG
    void presentSecondSecret(char[] secret);

    /// The way to another key for the slot.
    ///
    /// @throws CardException KEY_NOT_REPLACEABLE when the card does not know this way
    KeyReplacement replacement(KeySlot slot, ReKeyWay way);

    /// A note that the card keeps for its next session, readable with the PIN alone; empty when
    /// there is none. Needs a verified PIN. The caller wipes it.
    Optional<byte[]> note();

    /// Replaces the note, in one step as far as the card can, and reads it back.
    ///
    /// @param note at most [#MAX_NOTE] octets
    /// @throws CardException CARD_NOT_WRITABLE, READ_BACK_DIFFERS
    void writeNote(byte[] note);

    void eraseNote();

    /// Sets another PIN; costs a try when the current one is wrong.
    PinOutcome changePin(Pin current, Pin next);

    /// Tries left for the PUK where the card tells without costing one.
    Optional<Integer> pukTriesLeft();

    /// Sets another PIN by the PUK (SO PIN on PKCS #11 tokens) and so unlocks the card; the outcome
    /// speaks of the PUK.
    PinOutcome unblock(Pin puk, Pin next);

    /// Wipes the PIN and gives the card back; never throws.
    @Override
    void close();
}
