// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import perennial.card.CardAbilities;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyPresence;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.ReKeyWay;
import perennial.card.apdu.ChainedChannel;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;
import perennial.core.crypto.DigestSigner;
import perennial.core.crypto.Signer;

/// A session with the PIV application.
final class PivSession implements CardSession {
    private static final int MAX_SECRET_DIGITS = 64;

    private final ChainedChannel channel;
    private final PivApplication application;
    private final PivCard card;
    private final CardNote note;
    private final CardNumber cardNumber;

    PivSession(ChainedChannel channel, SecureRandom random) {
        this.channel = channel;
        this.application = new PivApplication(channel);
        this.card = new PivCard(application, random);
        this.note = new CardNote(application);
        application.select();
        byte[] holder =
                application
                        .data(PivApplication.HOLDER)
                        .orElseThrow(() ->
                                new CardException(
                                        Problem.CARD_NUMBER_MISSING,
                                        "the card is not personalised"));
        this.cardNumber = PivObjects.cardNumber(holder);
    }

    @Override
    public CardNumber cardNumber() {
        return cardNumber;
    }

    @Override
    public Optional<byte[]> atr() {
        return channel.atr();
    }

    @Override
    public int triesLeft() {
        return card.gate().triesLeft();
    }

    @Override
    public PinOutcome verify(Pin pin) {
        return card.gate().verify(pin);
    }

    @Override
    public Optional<Certificate> certificate(KeySlot slot) {
        return card.objects().certificate(slot.certificateObject());
    }

    @Override
    public KeyPresence keyPresence(KeySlot slot) {
        if (!card.product().tellsKeys()) {
            return new KeyPresence.Untold();
        }
        Optional<KeyMetadata> told = card.keys().metadata(Container.of(slot));
        if (told.isEmpty()) {
            return new KeyPresence.Absent();
        }
        return told.get()
                .publicKey()
                .<KeyPresence>map(KeyPresence.Present::new)
                .orElseGet(KeyPresence.Untold::new);
    }

    @Override
    public void write(KeySlot slot, Certificate certificate) {
        card.prepareToWrite();
        card.objects().write(slot.certificateObject(), certificate);
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

    /// A key in place can be made on every card that lets itself be written; beside, where keys are
    /// moved and two containers are free or one replacement has them already.
    @Override
    public CardAbilities abilities() {
        CardProduct product = card.product();
        int free = product.movesKeys() ? (int) KeyBeside.free(card).count() : 0;
        Set<ReKeyWay> ways = EnumSet.of(ReKeyWay.IN_PLACE);
        if (free >= 2 || (product.movesKeys() && KeyBeside.underWay(card))) {
            ways.add(ReKeyWay.BESIDE);
        }
        return new CardAbilities(
                "PIV",
                product.text(),
                true,
                ways,
                product.newKeys(),
                !card.management().keptBehindPin(),
                free);
    }

    @Override
    public void presentSecondSecret(char[] secret) {
        byte[] key = octets(secret);
        try {
            card.management().authenticate(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// @throws CardException KEY_NOT_REPLACEABLE: BESIDE on a card that moves no keys, IN_PLACE for
    ///   a key that deciphers, which would take old mail with it
    @Override
    public KeyReplacement replacement(KeySlot slot, ReKeyWay way) {
        return switch (way) {
            case BESIDE -> {
                if (!card.product().movesKeys()) {
                    throw CardKeys.notReplaceable("the card does not move keys");
                }
                yield new KeyBeside(card, slot);
            }
            case IN_PLACE -> {
                if (slot == KeySlot.KEY_MANAGEMENT) {
                    throw CardKeys.notReplaceable("a key that deciphers is never overwritten");
                }
                yield new KeyInPlace(card, slot);
            }
        };
    }

    @Override
    public Optional<byte[]> note() {
        Pin _ = card.gate().verified();
        return note.read();
    }

    @Override
    public void writeNote(byte[] octets) {
        card.prepareToWrite();
        note.write(octets);
    }

    @Override
    public void eraseNote() {
        card.prepareToWrite();
        note.erase();
    }

    @Override
    public PinOutcome changePin(Pin current, Pin next) {
        return card.gate().change(current, next);
    }

    @Override
    public Optional<Integer> pukTriesLeft() {
        return card.product().tellsKeys()
                ? Optional.of(application.pukTriesLeft())
                : Optional.empty();
    }

    @Override
    public PinOutcome unblock(Pin puk, Pin next) {
        return card.gate().unblock(puk, next);
    }

    @Override
    public void close() {
        card.gate().forget();
        channel.close();
    }

    private SlotKey key(KeySlot slot) {
        Certificate certificate =
                certificate(slot)
                        .orElseThrow(() ->
                                new CardException(
                                        Problem.NO_CERTIFICATE, "no certificate in " + slot));
        return card.keys().use(slot, Container.of(slot), certificate.publicKey(), Optional.empty());
    }

    /// Two hexadecimal digits an octet, nothing else.
    private static byte[] octets(char[] digits) {
        boolean wellFormed = digits.length % 2 == 0 && digits.length <= MAX_SECRET_DIGITS;
        byte[] octets = new byte[wellFormed ? digits.length / 2 : 0];
        for (int i = 0; wellFormed && i < digits.length; i++) {
            int digit = Character.digit(digits[i], 16);
            wellFormed = digit >= 0;
            octets[i / 2] = (byte) ((octets[i / 2] << 4) | (digit & 0xF));
        }
        if (!wellFormed) {
            Arrays.fill(octets, (byte) 0);
            throw new CardException(
                    Problem.SECOND_SECRET_WRONG,
                    "a management key has 32, 48 or 64 hexadecimal digits");
        }
        return octets;
    }
}
