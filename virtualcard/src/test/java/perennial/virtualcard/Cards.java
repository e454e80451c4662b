// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.security.SecureRandom;
import java.util.Arrays;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.CommandApdu;
import perennial.card.piv.PivCards;
import perennial.core.certificate.CardNumber;
import perennial.core.crypto.KeyAlgorithm;

/// Cards for tests: made once for each algorithm, copied for each case.
final class Cards {
    static final CardNumber NUMBER = new CardNumber("0088123456789012");
    static final String RIGHT = "123456";
    static final String WRONG = "000000";
    static final String PUK = "87654321";
    static final SecureRandom RANDOM = new SecureRandom();
    static final TestAuthority AUTHORITY = new TestAuthority();

    private static final String READER = VirtualReaders.name(0);

    private Cards() {}

    static Personalisation personalisation() {
        return new Personalisation(NUMBER, RIGHT.toCharArray(), PUK.toCharArray());
    }

    static Personalisation personalisation(ProductGeneration generation, ManagementKey key) {
        return new Personalisation(NUMBER, RIGHT.toCharArray(), PUK.toCharArray(), generation, key);
    }

    static VirtualCard blank() {
        return VirtualCard.create(personalisation(), RANDOM);
    }

    /// A card with signature and encryption key, both certified.
    static VirtualCard made(KeyAlgorithm algorithm) {
        return made(personalisation(), algorithm);
    }

    static VirtualCard made(Personalisation personalisation, KeyAlgorithm algorithm) {
        VirtualCard card = VirtualCard.create(personalisation, RANDOM);
        for (KeySlot slot : new KeySlot[] {KeySlot.DIGITAL_SIGNATURE, KeySlot.KEY_MANAGEMENT}) {
            card.install(slot, AUTHORITY.certify(card.generate(slot, algorithm)));
        }
        return card;
    }

    static VirtualCard copy(byte[] snapshot) {
        return VirtualCard.ofSnapshot(snapshot, RANDOM);
    }

    static ApduReader reader(VirtualCard card) {
        VirtualReaders readers = new VirtualReaders(1);
        readers.insert(READER, card);
        return readers.list().getFirst();
    }

    static CardSession open(VirtualCard card) {
        return PivCards.open(reader(card), RANDOM);
    }

    static PinOutcome verify(CardSession session, String characters) {
        try (Pin pin = Pin.of(characters.toCharArray())) {
            return session.verify(pin);
        }
    }

    /// A short command from its encoding.
    static CommandApdu command(byte[] octets) {
        int length = octets.length > 5 ? octets[4] & 0xFF : 0;
        boolean le = octets.length == 5 || octets.length > 5 + length;
        int last = octets[octets.length - 1] & 0xFF;
        return new CommandApdu(
                octets[0] & 0xFF,
                octets[1] & 0xFF,
                octets[2] & 0xFF,
                octets[3] & 0xFF,
                length == 0 ? new byte[0] : Arrays.copyOfRange(octets, 5, 5 + length),
                le ? (last == 0 ? 256 : last) : 0);
    }
}
