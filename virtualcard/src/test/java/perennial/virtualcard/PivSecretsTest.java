// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Cards.PUK;
import static perennial.virtualcard.Cards.RIGHT;
import static perennial.virtualcard.Cards.WRONG;
import static perennial.virtualcard.Cards.open;
import static perennial.virtualcard.Cards.verify;

import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.crypto.KeyAlgorithm;

/// PIN, PUK and the note behind the PIN, as a session knows them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PivSecretsTest {
    private static final String NEXT = "86421357";

    private byte[] snapshot = new byte[0];

    @BeforeAll
    void make_a_card() {
        snapshot = Cards.made(KeyAlgorithm.P_256).snapshot();
    }

    @Test
    void a_session_goes_on_with_the_pin_that_it_changed() {
        VirtualCard card = Cards.copy(snapshot);
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            assertEquals(new PinOutcome.Verified(), two(session::changePin, RIGHT, NEXT));
            session.signer(KeySlot.DIGITAL_SIGNATURE).sign(new byte[] {1});
            assertTrue(session.note().isEmpty());
        }
        try (CardSession session = open(card)) {
            assertEquals(new PinOutcome.Wrong(2), verify(session, RIGHT));
            assertEquals(new PinOutcome.Verified(), verify(session, NEXT));
        }
    }

    @Test
    void a_pin_changed_before_any_was_verified_leaves_the_session_without_one() {
        try (CardSession session = open(Cards.copy(snapshot))) {
            assertEquals(new PinOutcome.Verified(), two(session::changePin, RIGHT, NEXT));
            assertThrows(IllegalStateException.class, session::note);
            assertEquals(3, session.triesLeft());
        }
    }

    @Test
    void a_wrong_current_pin_costs_a_try_and_ends_the_sessions_own() {
        try (CardSession session = open(Cards.copy(snapshot))) {
            verify(session, RIGHT);
            assertEquals(new PinOutcome.Wrong(2), two(session::changePin, WRONG, NEXT));
            assertEquals(2, session.triesLeft());
            assertThrows(IllegalStateException.class, session::note);
            assertEquals(new PinOutcome.Wrong(1), two(session::changePin, WRONG, NEXT));
            assertEquals(new PinOutcome.Blocked(), two(session::changePin, WRONG, NEXT));
            assertEquals(new PinOutcome.Blocked(), two(session::changePin, RIGHT, NEXT));
        }
    }

    @Test
    void the_puk_gives_a_blocked_card_another_pin() {
        VirtualCard card = Cards.copy(snapshot);
        try (CardSession session = open(card)) {
            for (int i = 0; i < 3; i++) {
                verify(session, WRONG);
            }
            assertEquals(new PinOutcome.Wrong(2), two(session::unblock, WRONG, NEXT));
            assertEquals(0, session.triesLeft());
            assertEquals(new PinOutcome.Verified(), two(session::unblock, PUK, NEXT));
            assertEquals(3, session.triesLeft());
            assertEquals(new PinOutcome.Verified(), verify(session, NEXT));
        }
    }

    @Test
    void a_puk_wrong_three_times_is_blocked() {
        try (CardSession session = open(Cards.copy(snapshot))) {
            two(session::unblock, WRONG, NEXT);
            two(session::unblock, WRONG, NEXT);
            assertEquals(new PinOutcome.Blocked(), two(session::unblock, WRONG, NEXT));
            assertEquals(new PinOutcome.Blocked(), two(session::unblock, PUK, NEXT));
            assertEquals(new PinOutcome.Verified(), verify(session, RIGHT));
        }
    }

    @Test
    void a_note_outlives_its_session_until_it_is_erased() {
        VirtualCard card = Cards.copy(snapshot);
        byte[] note = new byte[CardSession.MAX_NOTE];
        new Random(5).nextBytes(note);
        try (CardSession session = open(card)) {
            assertThrows(IllegalStateException.class, session::note);
            verify(session, RIGHT);
            assertEquals(Optional.empty(), session.note());
            session.writeNote(new byte[] {1, 2, 3});
            session.writeNote(note);
        }
        try (CardSession session = open(card)) {
            verify(session, RIGHT);
            assertArrayEquals(note, session.note().orElseThrow());
            session.eraseNote();
            session.eraseNote();
            assertEquals(Optional.empty(), session.note());
            byte[] longer = new byte[CardSession.MAX_NOTE + 1];
            assertThrows(IllegalArgumentException.class, () -> session.writeNote(longer));
        }
    }

    private static PinOutcome two(
            BiFunction<Pin, Pin, PinOutcome> work, String known, String next) {
        try (Pin first = Pin.of(known.toCharArray());
                Pin second = Pin.of(next.toCharArray())) {
            return work.apply(first, second);
        }
    }
}
