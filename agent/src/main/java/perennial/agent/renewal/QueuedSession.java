// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import perennial.card.CardAbilities;
import perennial.card.CardSession;
import perennial.card.KeyPresence;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.DigestSigner;
import perennial.core.crypto.Signer;

/// A session that gives its turn back when it is closed, once.
final class QueuedSession implements CardSession {
    private final CardSession session;
    private final Semaphore turn;
    private final AtomicBoolean open = new AtomicBoolean(true);

    QueuedSession(CardSession session, Semaphore turn) {
        this.session = session;
        this.turn = turn;
    }

    @Override
    public void close() {
        session.close();
        if (open.compareAndSet(true, false)) {
            turn.release();
        }
    }

    @Override
    public CardNumber cardNumber() {
        return session.cardNumber();
    }

    @Override
    public Optional<byte[]> atr() {
        return session.atr();
    }

    @Override
    public int triesLeft() {
        return session.triesLeft();
    }

    @Override
    public PinOutcome verify(Pin pin) {
        return session.verify(pin);
    }

    @Override
    public Optional<Certificate> certificate(KeySlot slot) {
        return session.certificate(slot);
    }

    @Override
    public KeyPresence keyPresence(KeySlot slot) {
        return session.keyPresence(slot);
    }

    @Override
    public void write(KeySlot slot, Certificate certificate) {
        session.write(slot, certificate);
    }

    @Override
    public Signer signer(KeySlot slot) {
        return session.signer(slot);
    }

    @Override
    public DigestSigner digestSigner(KeySlot slot) {
        return session.digestSigner(slot);
    }

    @Override
    public Decipherer decipherer(KeySlot slot) {
        return session.decipherer(slot);
    }

    @Override
    public CardAbilities abilities() {
        return session.abilities();
    }

    @Override
    public void presentSecondSecret(char[] secret) {
        session.presentSecondSecret(secret);
    }

    @Override
    public KeyReplacement replacement(KeySlot slot, ReKeyWay way) {
        return session.replacement(slot, way);
    }

    @Override
    public Optional<byte[]> note() {
        return session.note();
    }

    @Override
    public void writeNote(byte[] note) {
        session.writeNote(note);
    }

    @Override
    public void eraseNote() {
        session.eraseNote();
    }

    @Override
    public PinOutcome changePin(Pin current, Pin next) {
        return session.changePin(current, next);
    }

    @Override
    public Optional<Integer> pukTriesLeft() {
        return session.pukTriesLeft();
    }

    @Override
    public PinOutcome unblock(Pin puk, Pin next) {
        return session.unblock(puk, next);
    }
}
