// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.PublicKey;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.pkcs11.TokenObjects.CertificateObject;
import perennial.card.pkcs11.TokenObjects.PrivateKeyObject;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.crypto.Signer;

/// A new key pair beside the old one, in the same line ([KeyId]).
///
/// What the token looks like, and what is done then:
/// 1. `45` with certificate: the old pair alone.
/// 2. `45` with certificate, `45 7E 01` labelled `renewal of 45` without: made, or half made. It
///    waits; [#generate] makes another in its place, [#abandon] removes it.
/// 3. both with certificates: the newer is the slot. It was used before its certificate was
///    written, so the switch is that one object.
/// 4. of `45` one or two of its three objects: [#retire] was broken off and goes on; the
///    certificate, which names the rest, goes last.
///
/// A pair that deciphers stays after step 3, labelled `retired …`.
final class BesideReplacement implements KeyReplacement {
    private static final String WAITING = "renewal of ";
    private static final String RETIRED = "retired ";

    private final TokenSlotKeys keys;
    private final TokenSession session;
    private final TokenLogin login;

    BesideReplacement(TokenSlotKeys keys) {
        this.keys = keys;
        this.session = keys.session();
        this.login = keys.login();
    }

    @Override
    public PublicKey generate(KeyAlgorithm algorithm) {
        return login.writing(() -> {
            abandonWaiting();
            TokenObjects objects = TokenObjects.read(session);
            CertificateObject current = keys.current(objects);
            boolean asksAlways =
                    objects.privateKey(current.id())
                            .filter(PrivateKeyObject::asksAlways)
                            .isPresent();
            return new KeyMaker(session)
                    .make(
                            algorithm,
                            current.id().next(objects.ids()),
                            WAITING + current.id().line(),
                            current.certificate(),
                            asksAlways);
        });
    }

    @Override
    public Optional<PublicKey> generated() {
        var _ = login.verified();
        return TokenSession.checked(() -> {
            TokenObjects objects = TokenObjects.read(session);
            CertificateObject current = keys.current(objects);
            return waiting(objects, current).stream()
                    .filter(id -> objects.privateKey(id).isPresent())
                    .max(Comparator.comparingInt(KeyId::number))
                    .or(() -> Optional.of(current.id()).filter(KeyId::isNumbered))
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
        return signer(old.publicKey());
    }

    @Override
    public void install(Certificate fresh) {
        var _ = login.verified();
        TokenSession.checked(() -> {
            KeyId id = keys.required(fresh.publicKey());
            String label = labelOfSlot();
            keys.prove(id, fresh.publicKey());
            keys.write(id, fresh, label);
            return login.writing(() -> relabelled(id, label));
        });
    }

    @Override
    public void retire(Certificate old) {
        login.writing(() -> {
            TokenObjects objects = TokenObjects.read(session);
            CertificateObject current = keys.current(objects);
            if (current.certificate().publicKey().equals(old.publicKey())) {
                throw new IllegalStateException("the old key is still the slot's");
            }
            Optional<KeyId> id =
                    objects.find(old)
                            .map(CertificateObject::id)
                            .or(() -> objects.idOf(old.publicKey()))
                            .filter(found -> !found.equals(current.id()));
            id.ifPresent(found -> {
                if (keys.slot() == KeySlot.KEY_MANAGEMENT) {
                    keep(objects, found);
                } else {
                    remove(objects, found);
                }
            });
            return id.isPresent();
        });
    }

    @Override
    public void abandon() {
        login.writing(this::abandonWaiting);
    }

    private int abandonWaiting() {
        TokenObjects objects = TokenObjects.read(session);
        List<KeyId> waiting = waiting(objects, keys.current(objects));
        waiting.forEach(id -> remove(objects, id));
        return waiting.size();
    }

    /// Pairs of ours without a certificate. One whose certificate is missing for a moment only does
    /// not carry the label.
    private static List<KeyId> waiting(TokenObjects objects, CertificateObject current) {
        return objects.ids().stream()
                .filter(KeyId::isNumbered)
                .filter(id -> id.line().equals(current.id().line()))
                .filter(id -> objects.certificates(id).isEmpty())
                .filter(id ->
                        objects.privateKey(id)
                                .map(key -> key.label().startsWith(WAITING))
                                .orElse(true))
                .toList();
    }

    private String labelOfSlot() {
        String label = keys.current(TokenObjects.read(session)).label();
        return label.startsWith(RETIRED) ? label.substring(RETIRED.length()) : label;
    }

    private boolean relabelled(KeyId id, String label) {
        for (long handle : TokenObjects.read(session).pair(id)) {
            session.label(handle, label);
        }
        return true;
    }

    private void keep(TokenObjects objects, KeyId id) {
        objects.certificates(id).stream()
                .filter(object -> !object.label().startsWith(RETIRED))
                .forEach(object -> {
                    String label = RETIRED + object.label();
                    objects.pair(id).forEach(handle -> session.label(handle, label));
                    session.label(object.handle(), label);
                });
    }

    private void remove(TokenObjects objects, KeyId id) {
        objects.pair(id).forEach(session::destroy);
        objects.certificates(id).forEach(object -> session.destroy(object.handle()));
    }
}
