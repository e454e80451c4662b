// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.PublicKey;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.Signer;

/// Another key in the slot itself: [ReKeyWay#IN_PLACE].
///
/// The card is in one of three states, each left by one command:
/// 1. old key, old certificate; left by GENERATE ASYMMETRIC KEY PAIR, which overwrites the old key
///    at once and for good;
/// 2. new key, old certificate; when the answer of GENERATE was lost and the card does not tell its
///    keys, nobody knows the new public key, and a key is made again; left by the last PUT DATA of
///    [#install];
/// 3. new key, fresh certificate.
///
/// @see perennial.card.ReKeyWay#IN_PLACE
final class KeyInPlace implements KeyReplacement {
    private final PivCard card;
    private final KeySlot slot;
    private final Container container;

    KeyInPlace(PivCard card, KeySlot slot) {
        this.card = card;
        this.slot = slot;
        this.container = Container.of(slot);
    }

    @Override
    public PublicKey generate(KeyAlgorithm algorithm) {
        card.prepareToWrite();
        if (!card.product().tellsKeys()) {
            return card.keys().generate(container, algorithm);
        }
        return card.keys().generate(container, slot, algorithm, metadata());
    }

    @Override
    public Optional<PublicKey> generated() {
        return metadata().flatMap(KeyMetadata::publicKey);
    }

    @Override
    public boolean holds(PublicKey key) {
        Optional<KeyMetadata> metadata = metadata();
        if (card.product().tellsKeys()) {
            return metadata.filter(m -> m.isOf(key)).isPresent();
        }
        try {
            card.keys().prove(slot, use(key));
            return true;
        } catch (CardException e) {
            if (e.problem() == Problem.CARD_ANSWER_INVALID) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Signer signer(PublicKey key) {
        return use(key);
    }

    @Override
    public Decipherer decipherer(PublicKey key) {
        return use(key);
    }

    @Override
    public Signer oldSigner(Certificate old) {
        if (!holds(old.publicKey())) {
            throw CardKeys.notReplaceable("the old key of %s has been overwritten".formatted(slot));
        }
        return use(old.publicKey());
    }

    @Override
    public void install(Certificate fresh) {
        Pin _ = card.gate().verified();
        card.keys().prove(slot, use(fresh.publicKey()));
        card.prepareToWrite();
        card.objects().ensure(container.certificateObject(), fresh);
    }

    @Override
    public void retire(Certificate old) {}

    @Override
    public void abandon() {}

    private SlotKey use(PublicKey key) {
        return card.keys().use(slot, container, key, metadata());
    }

    private Optional<KeyMetadata> metadata() {
        return card.product().tellsKeys() ? card.keys().metadata(container) : Optional.empty();
    }
}
