// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.util.Locale;

/// One place and one way in which one kind of renewal is broken.
///
/// @param number which of its places, from 1
record SweepCase(TokenKind token, RenewalMode mode, Place place, int number, Fault fault) {
    /// What holds the keys.
    enum TokenKind {
        PIV,
        PKCS11
    }

    /// What is renewed how.
    enum RenewalMode {
        SAME_KEY,
        RE_KEY_BESIDE,
        RE_KEY_IN_PLACE
    }

    /// Where it breaks.
    enum Place {
        /// A command to the card: an APDU, or a call of the token's library.
        CARD,
        /// A message to the registration authority and its answer.
        EXCHANGE,
        /// A fact that the journal writes.
        JOURNAL
    }

    /// How it breaks.
    enum Fault {
        /// Card: the command does not arrive, the contact is lost.
        NOT_DELIVERED(Place.CARD),
        /// Card: the command is executed, its answer and the contact are lost.
        ANSWER_LOST(Place.CARD),
        /// Card: the command is not executed, and the answer says that something is wrong with it.
        WRONG_STATUS(Place.CARD),
        /// Card: the reader fails for this command, the contact is lost.
        READER_ERROR(Place.CARD),
        /// Card: as ANSWER_LOST, and the computer with its journal never comes back.
        COMPUTER_LOST_AT_CARD(Place.CARD),
        /// Exchange: the request does not arrive.
        REQUEST_LOST(Place.EXCHANGE),
        /// Exchange: the request is answered, the answer is lost.
        REPLY_LOST(Place.EXCHANGE),
        /// Exchange: the request arrives twice.
        DUPLICATED(Place.EXCHANGE),
        /// Exchange: the request arrives when the agent has given up and asks again.
        DELAYED(Place.EXCHANGE),
        /// Exchange: the process ends before the request leaves.
        DEATH_BEFORE_REQUEST(Place.EXCHANGE),
        /// Exchange: the process ends when the request has been answered.
        DEATH_AFTER_REQUEST(Place.EXCHANGE),
        /// Journal: the process ends before the fact is written.
        DEATH_BEFORE_FACT(Place.JOURNAL),
        /// Journal: the process ends when the fact is on the disk.
        DEATH_AFTER_FACT(Place.JOURNAL),
        /// Journal: the power goes while the fact is written; the record is torn.
        TORN_FACT(Place.JOURNAL),
        /// Journal: the disk is full.
        DISK_FULL(Place.JOURNAL),
        /// Journal: the fact is written, and the computer never comes back.
        COMPUTER_LOST(Place.JOURNAL),
        /// Journal: a real process of its own is killed when the fact is on the disk.
        KILLED(Place.JOURNAL);

        private final Place place;

        Fault(Place place) {
            this.place = place;
        }

        Place place() {
            return place;
        }

        /// Whether the holder goes on at another computer.
        boolean losesComputer() {
            return this == COMPUTER_LOST || this == COMPUTER_LOST_AT_CARD;
        }
    }

    /// `piv/same-key/card-17/answer-lost`
    String id() {
        return "%s/%s/%s-%d/%s"
                .formatted(word(token), word(mode), word(place), number, word(fault));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
