// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Cards.RIGHT;
import static perennial.virtualcard.Cards.WRONG;
import static perennial.virtualcard.Cards.copy;
import static perennial.virtualcard.Cards.open;
import static perennial.virtualcard.Cards.verify;

import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.Faults.Moment;

/// What a card still knows, and what a session says, when contact is lost at any command.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PowerCutTest {
    private byte[] snapshot = new byte[0];
    private Optional<Certificate> old = Optional.empty();

    @BeforeAll
    void make_a_card() {
        VirtualCard card = Cards.made(KeyAlgorithm.P_256);
        snapshot = card.snapshot();
        try (CardSession session = open(card)) {
            old = session.certificate(KeySlot.DIGITAL_SIGNATURE);
        }
    }

    @Test
    void a_wrong_pin_costs_its_try_even_when_the_answer_is_lost() {
        VirtualCard card = copy(snapshot);
        try (CardSession session = open(card)) {
            assertEquals(3, session.triesLeft());
            card.faults().cutAt(2, Moment.AFTER);
            assertRemoved(() -> verify(session, WRONG));
        }
        try (CardSession session = open(card)) {
            assertEquals(2, session.triesLeft());
        }
    }

    @Test
    void a_wrong_pin_that_never_arrived_costs_nothing() {
        VirtualCard card = copy(snapshot);
        try (CardSession session = open(card)) {
            card.faults().cutAt(2, Moment.BEFORE);
            assertRemoved(() -> verify(session, WRONG));
        }
        try (CardSession session = open(card)) {
            assertEquals(3, session.triesLeft());
        }
    }

    @Test
    void a_card_that_lost_contact_has_forgotten_the_pin() {
        VirtualCard card = copy(snapshot);
        try (CardSession session = open(card)) {
            assertEquals(new PinOutcome.Verified(), verify(session, RIGHT));
            card.faults().cutAt(1, Moment.AFTER);
            assertRemoved(() -> session.certificate(KeySlot.DIGITAL_SIGNATURE));
            assertRemoved(() -> session.certificate(KeySlot.DIGITAL_SIGNATURE));
        }
        try (CardSession session = open(card)) {
            assertEquals(3, session.triesLeft());
        }
        assertEquals(1, card.faults().cuts());
    }

    @Test
    void a_write_that_is_cut_anywhere_leaves_the_old_or_the_new_certificate() {
        Certificate fresh = Cards.AUTHORITY.certify(old.orElseThrow().publicKey());
        VirtualCard clean = copy(snapshot);
        write(clean, fresh);
        int commands = clean.faults().transmitted();
        assertTrue(commands > 10, () -> "a chained write takes more than " + commands);
        int before = 0;
        int after = 0;
        for (int n = 1; n <= commands; n++) {
            for (Moment moment : Moment.values()) {
                VirtualCard card = copy(snapshot);
                card.faults().cutAt(n, moment);
                assertRemoved(() -> write(card, fresh));
                Optional<Certificate> found;
                try (CardSession session = open(card)) {
                    assertEquals(3, session.triesLeft());
                    found = session.certificate(KeySlot.DIGITAL_SIGNATURE);
                }
                before += found.equals(old) ? 1 : 0;
                after += found.equals(Optional.of(fresh)) ? 1 : 0;
                write(card, fresh);
            }
        }
        assertEquals(2 * commands, before + after);
        assertTrue(before > 0 && after > 0);
    }

    private static void write(VirtualCard card, Certificate certificate) {
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            session.write(KeySlot.DIGITAL_SIGNATURE, certificate);
            session.signer(KeySlot.DIGITAL_SIGNATURE).sign(new byte[] {1});
        }
    }

    private static void assertRemoved(Runnable work) {
        CardException removed = assertThrows(CardException.class, work::run);
        assertEquals(Problem.CARD_REMOVED, removed.problem());
    }
}
