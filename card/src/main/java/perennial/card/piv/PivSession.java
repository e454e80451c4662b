// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import perennial.card.CardAbilities;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.ChainedChannel;
import perennial.card.apdu.StatusWord;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.Signer;

/// A session with the PIV application.
final class PivSession implements CardSession {
    private static final int CERTIFICATE = 0x70;
    private static final int CERTIFICATE_INFORMATION = 0x71;
    private static final int ERROR_DETECTION = 0xFE;
    private static final int MAX_CONTENT = 8000;
    private static final byte[] UNCOMPRESSED = {0x00};
    private static final byte[] EMPTY = {};

    private final ChainedChannel channel;
    private final PivApplication application;
    private final PinGate gate;
    private final CardManagement management;
    private final CardNote note;
    private final CardNumber cardNumber;

    PivSession(ChainedChannel channel, SecureRandom random) {
        this.channel = channel;
        this.application = new PivApplication(channel);
        this.gate = new PinGate(application);
        this.management = new CardManagement(application, random);
        this.note = new CardNote(application);
        application.select();
        byte[] holder =
                application
                        .data(PivApplication.HOLDER)
                        .orElseThrow(() ->
                                new CardException(
                                        Problem.CARD_NOT_SUPPORTED,
                                        "the card is not personalised"));
        this.cardNumber = PivObjects.cardNumber(holder);
    }

    @Override
    public CardNumber cardNumber() {
        return cardNumber;
    }

    @Override
    public int triesLeft() {
        return gate.triesLeft();
    }

    @Override
    public PinOutcome verify(Pin pin) {
        return gate.verify(pin);
    }

    @Override
    public Optional<Certificate> certificate(KeySlot slot) {
        return application
                .data(slot.certificateObject())
                .filter(object -> !PivObjects.isEmpty(object))
                .map(PivObjects::certificate);
    }

    @Override
    public void write(KeySlot slot, Certificate certificate) {
        Pin _ = gate.verified();
        byte[] content =
                BerTlv.concat(
                        new BerTlv(CERTIFICATE, certificate.der()),
                        new BerTlv(CERTIFICATE_INFORMATION, UNCOMPRESSED),
                        new BerTlv(ERROR_DETECTION, EMPTY));
        if (content.length > MAX_CONTENT) {
            throw new CardException(
                    Problem.CARD_NOT_WRITABLE,
                    "a certificate object of %d octets".formatted(content.length));
        }
        management.authenticate();
        StatusWord status = application.putData(slot.certificateObject(), content);
        if (!status.isSuccess()) {
            throw CardManagement.refused("PUT DATA", status);
        }
        if (!readBack(slot).equals(Optional.of(certificate))) {
            throw new CardException(
                    Problem.READ_BACK_DIFFERS, "the card holds another certificate than written");
        }
    }

    @Override
    public Signer signer(KeySlot slot) {
        return key(slot);
    }

    @Override
    public Decipherer decipherer(KeySlot slot) {
        return key(slot);
    }

    @Override
    public CardAbilities abilities() {
        return new CardAbilities(
                "PIV", "", true, Set.of(), Set.of(), !management.keptBehindPin(), 0);
    }

    @Override
    public void presentSecondSecret(char[] secret) {
        throw notYet();
    }

    @Override
    public KeyReplacement replacement(KeySlot slot, ReKeyWay way) {
        throw notYet();
    }

    @Override
    public Optional<byte[]> note() {
        Pin _ = gate.verified();
        return note.read();
    }

    @Override
    public void writeNote(byte[] octets) {
        Pin _ = gate.verified();
        management.authenticate();
        note.write(octets);
    }

    @Override
    public void eraseNote() {
        Pin _ = gate.verified();
        management.authenticate();
        note.erase();
    }

    @Override
    public PinOutcome changePin(Pin current, Pin next) {
        return gate.change(current, next);
    }

    @Override
    public Optional<Integer> pukTriesLeft() {
        return Optional.empty();
    }

    @Override
    public PinOutcome unblock(Pin puk, Pin next) {
        return gate.unblock(puk, next);
    }

    private static CardException notYet() {
        return new CardException(Problem.KEY_NOT_REPLACEABLE, "same-key renewals only");
    }

    @Override
    public void close() {
        gate.forget();
        channel.close();
    }

    private SlotKey key(KeySlot slot) {
        Certificate certificate =
                certificate(slot)
                        .orElseThrow(() ->
                                new CardException(
                                        Problem.NO_CERTIFICATE, "no certificate in " + slot));
        return new SlotKey(application, gate, slot, certificate.publicKey());
    }

    private Optional<Certificate> readBack(KeySlot slot) {
        try {
            return certificate(slot);
        } catch (CardException e) {
            if (e.problem() == Problem.CARD_ANSWER_INVALID) {
                throw new CardException(
                        Problem.READ_BACK_DIFFERS, "the card holds no certificate afterwards", e);
            }
            throw e;
        }
    }
}
