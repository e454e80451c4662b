// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.security.PublicKey;
import java.util.Optional;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.Signer;

/// Gives one slot of a card another key. Needs a verified PIN.
///
/// Every method looks at the card first and does what is left to do, so each may be called again
/// after whatever broke, also in another session on another computer. Nothing is deleted before its
/// successor has been read back and has signed.
public interface KeyReplacement {
    /// Makes the new key. [ReKeyWay#BESIDE]: in a free container; an unfinished key that an earlier
    /// call made for this slot is overwritten. [ReKeyWay#IN_PLACE]: from here on the old key is
    /// gone.
    ///
    /// @throws CardException CARD_FULL, KEY_NOT_REPLACEABLE, CARD_NOT_WRITABLE
    PublicKey generate(KeyAlgorithm algorithm);

    /// The public half of the key made earlier, where the card can tell it: BESIDE, of the one that
    /// waits in its container or has taken the slot already; IN_PLACE, of whatever is in the slot.
    Optional<PublicKey> generated();

    /// Whether the private half of this key is on the card, for this slot: in it or waiting for it.
    /// Tried by a signature or decryption where the card does not tell.
    boolean holds(PublicKey key);

    /// The new key for signatures, wherever it is now.
    Signer signer(PublicKey key);

    /// The new key for decryption, wherever it is now.
    Decipherer decipherer(PublicKey key);

    /// The old key for signatures, wherever it is now; BESIDE only, until [#retire].
    ///
    /// @throws CardException KEY_NOT_REPLACEABLE when the card does not hold it any more
    Signer oldSigner(Certificate old);

    /// Brings certificate and new key together in the slot: written, read back, proven by a use of
    /// the key, then switched over.
    ///
    /// @throws CardException READ_BACK_DIFFERS, CARD_NOT_WRITABLE
    void install(Certificate fresh);

    /// Takes the old key out of the way: deletes it, or, where it deciphers, keeps it among the
    /// card's retired keys. Does nothing for IN_PLACE. Only after [#install].
    void retire(Certificate old);

    /// Deletes a key that was made beside and will get no certificate; does nothing for IN_PLACE.
    void abandon();
}
