// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyAlgorithm;

/// The key pairs on the card: what it tells of them, new ones, moved ones, their use. Making,
/// moving and deleting need the management key to be proved.
final class CardKeys {
    private final PivApplication application;
    private final PinGate gate;
    private final SecureRandom random;

    CardKeys(PivApplication application, PinGate gate, SecureRandom random) {
        this.application = application;
        this.gate = gate;
        this.random = random;
    }

    /// What the card tells of the key in the container, empty when there is none. Only on cards
    /// that tell.
    Optional<KeyMetadata> metadata(Container container) {
        return application.metadata(container.keyReference()).map(KeyMetadata::decode);
    }

    /// Makes a key that asks for PIN and touch as the slot's present key does, or as the slot's
    /// keys do by themselves; where a key keeps its rules when it is moved, they have to be right
    /// from the beginning.
    ///
    /// @param present what the card tells of the slot's key
    PublicKey generate(
            Container where, KeySlot slot, KeyAlgorithm algorithm, Optional<KeyMetadata> present) {
        PinPolicy pin = present.flatMap(KeyMetadata::pinPolicy).orElseGet(() -> PinPolicy.of(slot));
        int touch = present.map(KeyMetadata::touchPolicy).orElse(0);
        return application.generate(where, KeyType.of(algorithm), pin, touch);
    }

    /// Makes a key as a card does that knows no rules but those of its slots.
    PublicKey generate(Container where, KeyAlgorithm algorithm) {
        return application.generate(where, KeyType.of(algorithm));
    }

    void move(Container from, Container to) {
        application.move(from, to);
    }

    void delete(Container container) {
        application.delete(container);
    }

    /// @param metadata of the key, where the card tells
    SlotKey use(KeySlot slot, Container where, PublicKey key, Optional<KeyMetadata> metadata) {
        PinPolicy policy =
                metadata.flatMap(KeyMetadata::pinPolicy).orElseGet(() -> PinPolicy.of(slot));
        return new SlotKey(application, gate, where, policy, key);
    }

    /// Has the key do what it is for, once, and checks that.
    ///
    /// @throws CardException CARD_ANSWER_INVALID when the private key there is not that of the
    ///   public one
    void prove(KeySlot slot, SlotKey key) {
        if (slot == KeySlot.KEY_MANAGEMENT) {
            key.proveByDeciphering(random);
        } else {
            byte[] challenge = new byte[32];
            random.nextBytes(challenge);
            byte[] _ = key.sign(challenge);
        }
    }

    static CardException notReplaceable(String why) {
        return new CardException(Problem.KEY_NOT_REPLACEABLE, why);
    }
}
