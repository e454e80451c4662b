// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.Transcript;
import perennial.core.advice.Problem;

/// Conversations with cards, octet by octet.
class PivSessionTest {
    private static final String SELECT = "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 00";
    private static final String GET_HOLDER = "00 CB 3F FF 05 5C 03 5F C1 02 00";

    /// As a security key of the market carries it from the factory: agency code 9999.
    private static final String FACTORY_HOLDER =
            "533B3019D4E739DA739CED39CE739D836858210842108421C84210C3EB"
                    + "34104C8D536A86AA98A5CE20D53557776E58"
                    + "350832303330303130313E00FE00";

    private static final String AGENCY_HOLDER =
            "533B3019D0439458210C2C19A0846D83685A1082108CE73984108CA3FC"
                    + "34104C8D536A86AA98A5CE20D53557776E58"
                    + "350832303330303130313E00FE00";

    private static final String ASK_TRIES = "00 20 00 80";
    private static final String VERIFY = "00 20 00 80 08 31 32 33 34 35 36 FF FF";

    @Test
    void an_agencys_card_is_named_by_its_fasc_n() {
        try (CardSession session = open(AGENCY_HOLDER)) {
            assertEquals("0032000109244601", session.cardNumber().value());
        }
    }

    @Test
    void a_card_of_no_agency_is_named_by_its_guid() {
        try (CardSession session = open(FACTORY_HOLDER)) {
            assertEquals("4C8D536A86AA98A5", session.cardNumber().value());
        }
    }

    @Test
    void a_damaged_fasc_n_leaves_the_guid() {
        try (CardSession session = open(AGENCY_HOLDER.replace("9458", "9459"))) {
            assertEquals("4C8D536A86AA98A5", session.cardNumber().value());
        }
    }

    @Test
    void a_card_without_piv_is_not_supported_and_given_back() {
        Transcript card = new Transcript(SELECT, "6A 82");
        assertProblem(Problem.CARD_NOT_SUPPORTED, card);
    }

    @Test
    void a_card_that_nobody_personalised_has_no_number() {
        assertProblem(
                Problem.CARD_NUMBER_MISSING, new Transcript(SELECT, "90 00", GET_HOLDER, "6A 82"));
    }

    @Test
    void a_holder_object_that_names_nothing_is_invalid() {
        for (String object : new String[] {"5300", "", "530230", "53043002AABB"}) {
            assertProblem(
                    Problem.CARD_ANSWER_INVALID,
                    new Transcript(SELECT, "90 00", GET_HOLDER, object + "9000"));
        }
    }

    @Test
    void tries_are_asked_before_the_pin_because_a_verified_pin_hides_them() {
        try (CardSession session = open(AGENCY_HOLDER, ASK_TRIES, "63 C3", VERIFY, "90 00")) {
            assertEquals(new PinOutcome.Verified(), verify(session));
            assertEquals(3, session.triesLeft());
        }
    }

    @Test
    void a_blocked_pin_is_not_presented() {
        try (CardSession session = open(AGENCY_HOLDER, ASK_TRIES, "69 83", ASK_TRIES, "63 C0")) {
            assertEquals(new PinOutcome.Blocked(), verify(session));
            assertEquals(0, session.triesLeft());
        }
    }

    @Test
    void an_answer_that_is_none_to_verify_is_not_taken_for_one() {
        String[][] conversations = {
            {ASK_TRIES, "62 C3"},
            {ASK_TRIES, "67 00"},
            {ASK_TRIES, "61 03", "00 C0 00 00 03", "63 00"},
            {ASK_TRIES, "6C 80", ASK_TRIES + "80", "6C 80"},
        };
        for (String[] conversation : conversations) {
            try (CardSession session = open(AGENCY_HOLDER, conversation)) {
                CardException refused = assertThrows(CardException.class, session::triesLeft);
                assertEquals(Problem.CARD_ANSWER_INVALID, refused.problem());
            }
        }
    }

    @Test
    void a_pin_that_counts_as_verified_from_before_is_not_trusted() {
        try (CardSession session = open(AGENCY_HOLDER, ASK_TRIES, "90 00")) {
            assertThrows(CardException.class, session::triesLeft);
        }
    }

    private static void assertProblem(Problem problem, Transcript card) {
        CardException refused =
                assertThrows(CardException.class, () -> PivCards.open(reader(card)));
        assertEquals(problem, refused.problem());
        assertTrue(card.isClosed());
        card.assertFinished();
    }

    private static PinOutcome verify(CardSession session) {
        try (Pin pin = Pin.of("123456".toCharArray())) {
            return session.verify(pin);
        }
    }

    private static CardSession open(String holder, String... more) {
        return PivCards.open(reader(transcript(holder, more)));
    }

    private static Transcript transcript(String holder, String... more) {
        List<String> lines = new ArrayList<>(List.of(SELECT, "90 00", GET_HOLDER, holder + "9000"));
        lines.addAll(List.of(more));
        return new Transcript(lines.toArray(String[]::new));
    }

    private static ApduReader reader(ApduChannel channel) {
        return new ApduReader() {
            @Override
            public String name() {
                return "transcript";
            }

            @Override
            public boolean cardPresent() {
                return true;
            }

            @Override
            public ApduChannel connect() {
                return channel;
            }
        };
    }
}
