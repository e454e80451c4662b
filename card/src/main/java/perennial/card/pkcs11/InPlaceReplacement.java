// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.PublicKey;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.KeyReplacement;
import perennial.card.pkcs11.TokenObjects.CertificateObject;
import perennial.card.pkcs11.TokenObjects.PrivateKeyObject;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.Signer;

/// A new key pair in the place of the old one, for a token with no room for two: the old pair goes,
/// its certificate stays under the identifier and so names the slot until the new one is written.
final class InPlaceReplacement implements KeyReplacement {
    private final TokenSlotKeys keys;
    private final TokenSession session;
    private final TokenLogin login;

    InPlaceReplacement(TokenSlotKeys keys) {
        this.keys = keys;
        this.session = keys.session();
        this.login = keys.login();
    }

    @Override
    public PublicKey generate(KeyAlgorithm algorithm) {
        return login.writing(() -> {
            TokenObjects objects = TokenObjects.read(session);
            CertificateObject current = keys.current(objects);
            boolean asksAlways =
                    objects.privateKey(current.id())
                            .filter(PrivateKeyObject::asksAlways)
                            .isPresent();
            objects.pair(current.id()).forEach(session::destroy);
            return new KeyMaker(session)
                    .make(
                            algorithm,
                            current.id(),
                            current.label(),
                            current.certificate(),
                            asksAlways);
        });
    }

    @Override
    public Optional<PublicKey> generated() {
        var _ = login.verified();
        return TokenSession.checked(() -> {
            TokenObjects objects = TokenObjects.read(session);
            return Optional.of(keys.current(objects).id())
                    .filter(id -> objects.privateKey(id).isPresent())
                    .flatMap(objects::publicKey);
        });
    }

    @Override
    public boolean holds(PublicKey key) {
        var _ = login.verified();
        return TokenSession.checked(() -> keys.find(key).isPresent());
    }

    @Override
    public Signer signer(PublicKey key) {
        return TokenSession.checked(() -> keys.key(key));
    }

    @Override
    public Decipherer decipherer(PublicKey key) {
        return TokenSession.checked(() -> keys.key(key));
    }

    @Override
    public Signer oldSigner(Certificate old) {
        throw new CardException(
                Problem.KEY_NOT_REPLACEABLE, "in place, the old key goes before the new one comes");
    }

    @Override
    public void install(Certificate fresh) {
        var _ = login.verified();
        TokenSession.checked(() -> {
            KeyId id = keys.required(fresh.publicKey());
            String label = keys.current(TokenObjects.read(session)).label();
            keys.prove(id, fresh.publicKey());
            keys.write(id, fresh, label);
            return id;
        });
    }

    @Override
    public void retire(Certificate old) {}

    @Override
    public void abandon() {}
}
