// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.core.advice.Problem;

/// The contacts of one card: at most one reader is at them at a time. Safe for use by many threads.
final class Contacts {
    private static final byte[] WRONG_LENGTH = {0x67, 0x00};

    private final byte[] atr;
    private final Faults faults;
    private @Nullable Contact contact;

    /// @param faults counts the commands of faulty contacts, and cuts them
    Contacts(byte[] atr, Faults faults) {
        this.atr = atr.clone();
        this.faults = faults;
    }

    byte[] atr() {
        return atr.clone();
    }

    /// Puts a chip under power.
    ///
    /// @param faulty whether [Faults] apply
    /// @throws CardException CARD_IN_USE while another contact is open
    synchronized Contact powerUp(Chip chip, boolean faulty) {
        if (contact != null) {
            throw new CardException(Problem.CARD_IN_USE, "the virtual card has an open channel");
        }
        Contact made = new Contact(chip, faulty);
        contact = made;
        return made;
    }

    synchronized boolean inUse() {
        return contact != null;
    }

    /// Takes the power away, as when the card is pulled out.
    synchronized void cut() {
        contact = null;
    }

    /// One connection, from reset to close or to loss of contact.
    final class Contact implements ApduChannel, ChipCard.Contact {
        private final Chip chip;
        private final boolean faulty;

        private Contact(Chip chip, boolean faulty) {
            this.chip = chip;
            this.faulty = faulty;
        }

        @Override
        public ResponseApdu transmit(CommandApdu command) {
            byte[] encoded = command.encoded();
            try {
                return ResponseApdu.ofEncoded(transmit(encoded));
            } finally {
                Arrays.fill(encoded, (byte) 0);
            }
        }

        @Override
        public byte[] transmit(byte[] command) {
            synchronized (Contacts.this) {
                if (contact != this) {
                    throw removed();
                }
                Optional<Faults.Moment> cut = faulty ? faults.next() : Optional.empty();
                if (cut.isPresent() && cut.get() == Faults.Moment.BEFORE) {
                    contact = null;
                    throw removed();
                }
                byte[] answer = execute(command);
                if (cut.isPresent()) {
                    contact = null;
                    throw removed();
                }
                return answer;
            }
        }

        /// The simulator takes well-formed commands only; a card answers to anything.
        private byte[] execute(byte[] command) {
            try {
                return chip.execute(command);
            } catch (IllegalArgumentException e) {
                return WRONG_LENGTH.clone();
            }
        }

        @Override
        public Optional<byte[]> atr() {
            return Optional.of(Contacts.this.atr());
        }

        @Override
        public void close() {
            synchronized (Contacts.this) {
                if (contact == this) {
                    contact = null;
                }
            }
        }

        private static CardException removed() {
            return new CardException(Problem.CARD_REMOVED, "no contact with the virtual card");
        }
    }
}
