// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.agent.AgentException;
import perennial.agent.tools.CardTools.Answer;
import perennial.agent.tools.CardTools.Shown;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.piv.PivReaders;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VirtualReaders;

/// The tools on a card in the simulator.
class CardToolsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);
    private static final CardNumber NUMBER = new CardNumber("0088000000000001");
    private static final String READER = VirtualReaders.name(0);
    private static final String OLD = "582913";
    private static final String NEW = "739152";
    private static final String PUK = "87350218";
    private static final String WRONG = "000000";

    private final VirtualReaders readers = new VirtualReaders(1);
    private final CardDoor door = CardDoor.of(new PivReaders(readers, RANDOM));
    private final CardTools tools = new CardTools(door, PinPolicy.STANDARD, CLOCK);
    private final Shown shown = new Shown(READER, NUMBER);

    @BeforeEach
    void insert() {
        readers.insert(
                READER,
                VirtualCard.create(
                        new Personalisation(NUMBER, OLD.toCharArray(), PUK.toCharArray()), RANDOM));
    }

    private static Pin pin(String text) {
        return Pin.of(text.toCharArray());
    }

    private Answer change(String current, String next, boolean consent) {
        try (Pin from = pin(current);
                Pin to = pin(next)) {
            return tools.changePin(shown, from, to, consent);
        }
    }

    private Answer unlock(String puk, String next, boolean consent) {
        try (Pin code = pin(puk);
                Pin to = pin(next)) {
            return tools.unlock(shown, code, to, consent);
        }
    }

    private boolean opens(String text) {
        try (CardSession session = door.open(READER);
                Pin one = pin(text)) {
            return session.verify(one) instanceof PinOutcome.Verified;
        }
    }

    private static Problem refused(Runnable work) {
        return assertThrows(AgentException.class, work::run).problem();
    }

    @Test
    void the_sheet_says_what_the_card_tells_without_its_pin() {
        CardSheet sheet = tools.view(READER);
        assertEquals(NUMBER, sheet.cardNumber());
        assertEquals(3, sheet.pinTriesLeft());
        assertTrue(sheet.atr().orElseThrow().startsWith("3B"));
        assertEquals(CLOCK.instant(), sheet.seenAt());
    }

    @Test
    void the_new_pin_opens_the_card_and_the_old_one_does_not() {
        assertEquals(new Answer(new PinOutcome.Verified(), 3), change(OLD, NEW, false));
        assertTrue(opens(NEW));
        assertEquals(new Answer(new PinOutcome.Wrong(2), 2), change(OLD, "604137", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"111111", "123456", "000000", "121212"})
    void a_new_pin_that_is_too_simple_never_reaches_the_card(String simple) {
        assertEquals(Problem.PIN_TOO_SIMPLE, refused(() -> change(WRONG, simple, false)));
        assertEquals(Problem.PIN_TOO_SIMPLE, refused(() -> unlock(WRONG, simple, true)));
        assertEquals(3, tools.view(READER).pinTriesLeft());
    }

    @Test
    void the_last_try_waits_for_consent() {
        change(WRONG, NEW, false);
        assertEquals(new Answer(new PinOutcome.Wrong(1), 1), change(WRONG, NEW, false));
        assertEquals(Problem.PIN_LAST_TRY, refused(() -> change(OLD, NEW, false)));
        assertEquals(1, tools.view(READER).pinTriesLeft());
        assertEquals(new Answer(new PinOutcome.Verified(), 3), change(OLD, NEW, true));
    }

    @Test
    void a_locked_card_is_unlocked_by_its_puk() {
        for (int i = 0; i < 3; i++) {
            change(WRONG, NEW, true);
        }
        assertEquals(new Answer(new PinOutcome.Blocked(), 0), change(OLD, NEW, true));
        assertEquals(new Answer(new PinOutcome.Verified(), 3), unlock(PUK, NEW, true));
        assertTrue(opens(NEW));
    }

    @Test
    void a_puk_that_may_be_at_its_last_try_waits_for_consent() {
        int wrong = 0;
        while (tools.view(READER).pukTriesLeft().orElse(1) > 1) {
            assertInstanceOf(
                    PinOutcome.Wrong.class, unlock(WRONG, NEW, false).outcome(), "wrong " + wrong);
            wrong++;
        }
        assertEquals(Problem.WOULD_LOCK_CARD, refused(() -> unlock(PUK, NEW, false)));
        assertEquals(new PinOutcome.Verified(), unlock(PUK, NEW, true).outcome());
    }

    @Test
    void a_puk_without_tries_is_not_asked_again() {
        PinOutcome outcome = new PinOutcome.Wrong(1);
        for (int i = 0; i < 5 && outcome instanceof PinOutcome.Wrong; i++) {
            outcome = unlock(WRONG, NEW, true).outcome();
        }
        assertInstanceOf(PinOutcome.Blocked.class, outcome);
        Optional<Integer> left = tools.view(READER).pukTriesLeft();
        if (left.isPresent()) {
            assertEquals(Problem.PUK_BLOCKED, refused(() -> unlock(PUK, NEW, true)));
        } else {
            assertInstanceOf(PinOutcome.Blocked.class, unlock(PUK, NEW, true).outcome());
        }
    }

    @Test
    void another_card_in_the_reader_is_not_touched() {
        Shown other = new Shown(READER, new CardNumber("0088000000000002"));
        assertEquals(
                Problem.OTHER_CARD,
                refused(() -> tools.changePin(other, pin(WRONG), pin(NEW), false)));
        assertEquals(3, tools.view(READER).pinTriesLeft());
    }

    @Test
    void an_unknown_reader_is_named_so() {
        assertEquals(
                Problem.NO_READER,
                assertThrows(CardException.class, () -> tools.view("none")).problem());
    }
}
