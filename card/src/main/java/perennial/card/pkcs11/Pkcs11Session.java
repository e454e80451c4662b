// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Optional;
import perennial.card.CardAbilities;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.card.pkcs11.TokenObjects.CertificateObject;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.DigestSigner;
import perennial.core.crypto.Signer;

/// A session with a token.
final class Pkcs11Session implements CardSession {
    private final TokenSession session;
    private final TokenLogin login;
    private final SecureRandom random;
    private final CardNumber cardNumber;
    private Runnable ended;

    /// @param ended is run when the session is closed
    Pkcs11Session(TokenSession session, SecureRandom random, Runnable ended) {
        this.session = session;
        this.login = new TokenLogin(session);
        this.random = random;
        this.ended = ended;
        this.cardNumber =
                TokenSession.checked(() -> Pkcs11Cards.cardNumber(session.token()))
                        .orElseThrow(() ->
                                new CardException(
                                        Problem.CARD_NUMBER_MISSING,
                                        "the token has no serial number"));
    }

    @Override
    public CardNumber cardNumber() {
        return cardNumber;
    }

    @Override
    public int triesLeft() {
        return TokenSession.checked(login::triesLeft);
    }

    @Override
    public PinOutcome verify(Pin pin) {
        return TokenSession.checked(() -> login.verify(pin));
    }

    @Override
    public Optional<Certificate> certificate(KeySlot slot) {
        return object(slot).map(CertificateObject::certificate);
    }

    @Override
    public void write(KeySlot slot, Certificate certificate) {
        Pin _ = login.verified();
        TokenSession.checked(() -> {
            TokenObjects objects = TokenObjects.read(session);
            KeyId id =
                    objects.idOf(certificate.publicKey())
                            .filter(objects::hasKey)
                            .orElseThrow(() ->
                                    new CardException(
                                            Problem.CARD_NOT_WRITABLE,
                                            "the token has no key for the certificate"));
            String label =
                    objects.certificates(id).stream()
                            .map(CertificateObject::label)
                            .findFirst()
                            .or(() -> objects.privateKey(id).map(key -> key.label()))
                            .orElse("");
            new CertificateWriter(session, login).replace(id, certificate, label);
            return id;
        });
    }

    @Override
    public Signer signer(KeySlot slot) {
        return key(slot);
    }

    @Override
    public DigestSigner digestSigner(KeySlot slot) {
        return key(slot);
    }

    @Override
    public Decipherer decipherer(KeySlot slot) {
        return key(slot);
    }

    @Override
    public CardAbilities abilities() {
        return TokenSession.checked(new TokenProbe(session, login)::abilities);
    }

    @Override
    public void presentSecondSecret(char[] secret) {
        TokenSession.checked(() -> {
            login.presentSecondSecret(secret);
            return true;
        });
    }

    @Override
    public KeyReplacement replacement(KeySlot slot, ReKeyWay way) {
        TokenSlotKeys keys = new TokenSlotKeys(session, login, slot, random);
        return switch (way) {
            case BESIDE -> new BesideReplacement(keys);
            case IN_PLACE -> {
                if (slot == KeySlot.KEY_MANAGEMENT) {
                    throw new CardException(
                            Problem.KEY_NOT_REPLACEABLE, "a key that deciphers is kept");
                }
                yield new InPlaceReplacement(keys);
            }
        };
    }

    @Override
    public Optional<byte[]> note() {
        Pin _ = login.verified();
        return TokenSession.checked(new TokenNote(session, login)::read);
    }

    @Override
    public void writeNote(byte[] note) {
        new TokenNote(session, login).write(note);
    }

    @Override
    public void eraseNote() {
        new TokenNote(session, login).erase();
    }

    @Override
    public PinOutcome changePin(Pin current, Pin next) {
        return TokenSession.checked(() -> login.changePin(current, next));
    }

    @Override
    public Optional<Integer> pukTriesLeft() {
        return TokenSession.checked(login::pukTriesLeft);
    }

    @Override
    public PinOutcome unblock(Pin puk, Pin next) {
        return TokenSession.checked(() -> login.unblock(puk, next));
    }

    @Override
    public void close() {
        login.forget();
        try {
            session.call(new Call.CloseAllSessions(session.slot()));
        } catch (CryptokiException | CardException e) {
            // A token that is gone has no sessions.
        }
        ended.run();
        ended = () -> {};
    }

    private TokenKey key(KeySlot slot) {
        CertificateObject object =
                object(slot)
                        .orElseThrow(() ->
                                new CardException(
                                        Problem.NO_CERTIFICATE, "no certificate in " + slot));
        PublicKey key = object.certificate().publicKey();
        return new TokenKey(session, login, key, object.id());
    }

    private Optional<CertificateObject> object(KeySlot slot) {
        return TokenSession.checked(() -> TokenSlots.of(TokenObjects.read(session)).in(slot));
    }
}
