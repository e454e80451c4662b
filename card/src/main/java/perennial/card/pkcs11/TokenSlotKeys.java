// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.KeySlot;
import perennial.card.pkcs11.TokenObjects.CertificateObject;
import perennial.card.pkcs11.TokenObjects.PrivateKeyObject;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// The keys of one slot's line, for both ways of replacing one.
record TokenSlotKeys(TokenSession session, TokenLogin login, KeySlot slot, SecureRandom random) {
    /// The slot's certificate now.
    ///
    /// @throws CardException NO_CERTIFICATE
    CertificateObject current(TokenObjects objects) {
        return TokenSlots.of(objects)
                .in(slot)
                .orElseThrow(() ->
                        new CardException(Problem.NO_CERTIFICATE, "no certificate in " + slot));
    }

    /// Where in the slot's line the private half of this key is, tried by a use of the key where
    /// the token shows no public halves.
    Optional<KeyId> find(PublicKey key) {
        TokenObjects objects = TokenObjects.read(session);
        KeyId line = current(objects).id().line();
        Optional<KeyId> told =
                objects.idOf(key)
                        .filter(id -> id.line().equals(line))
                        .filter(id -> objects.privateKey(id).isPresent());
        if (told.isPresent()) {
            return told;
        }
        return objects.privateKeys().stream()
                .filter(object -> object.id().line().equals(line))
                .filter(object -> object.modulus().isEmpty())
                .map(PrivateKeyObject::id)
                .filter(id -> objects.publicKey(id).isEmpty())
                .filter(id -> works(new TokenKey(session, login, key, id)))
                .findFirst();
    }

    /// The key of the slot's line with this public half.
    TokenKey key(PublicKey key) {
        return new TokenKey(session, login, key, required(key));
    }

    /// @throws CardException KEY_NOT_REPLACEABLE when the token does not hold it
    KeyId required(PublicKey key) {
        return find(key)
                .orElseThrow(() ->
                        new CardException(
                                Problem.KEY_NOT_REPLACEABLE,
                                "the token holds no such key for " + slot));
    }

    /// Has the key work, as the slot's keys do.
    void prove(KeyId id, PublicKey key) {
        TokenKey used = new TokenKey(session, login, key, id);
        new KeyProof(random).prove(used, slot != KeySlot.KEY_MANAGEMENT);
    }

    void write(KeyId id, Certificate fresh, String label) {
        new CertificateWriter(session, login).replace(id, fresh, label);
    }

    private boolean works(TokenKey key) {
        try {
            new KeyProof(random).prove(key, slot != KeySlot.KEY_MANAGEMENT);
            return true;
        } catch (CardException e) {
            if (e.problem() == Problem.CARD_ANSWER_INVALID) {
                return false;
            }
            throw e;
        }
    }
}
