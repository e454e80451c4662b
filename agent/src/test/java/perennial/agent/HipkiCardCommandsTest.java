// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.card.CardSession;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.card.piv.PivCards;
import perennial.core.advice.Problem;
import perennial.protocol.unlock.UnlockRequest;
import perennial.protocol.unlock.UnlockResponse;
import perennial.protocol.unlock.UserCode;

/// What the dialect's `CMCPopForm` is for: another PIN, by the old one or by the card's authority,
/// whose messages the page carries (docs/unlock-protocol.md).
class HipkiCardCommandsTest {
    private static final String CODE = "K7Q2-M9XD-4TWA";
    private static final String NEXT = "739152";

    private @TempDir Path folder;
    private Desk desk;
    private HipkiDesk door;

    @BeforeEach
    void a_card_lies_on_a_desk_with_the_dialect() {
        desk = new Desk(folder.resolve("home"));
        door = new HipkiDesk(desk);
    }

    @ParameterizedTest
    @CsvSource({
        "bulidResetUserPINRequest, resetUserPIN, cmsresponse",
        "bulidUnblockCardRequest, unblockCard, unblockCardResponse",
        "buildOpenCardGetUserPINRequest, openCard, msresponse",
        "buildOpenCardValidateUserRequest, openCard, cmsresponse"
    })
    void the_authority_unlocks_and_the_new_pin_is_typed_in_the_popup(
            String build, String func, String field) {
        lock();
        JsonNode request = HipkiDesk.reply(ask(Map.of("func", build, "sid", CODE)));
        assertEquals(0, request.get("ret_code").asInt(), request::toString);
        assertEquals(build, request.get("func").asText());
        String answer = authority(request.get("data").asText(), CODE, "87654321");

        JsonNode question = ask(Map.of("func", func, field, answer, "newpin", "111111"));
        assertEquals("NEW", question.get("secrets").asText());
        JsonNode weak = door.type(question, false, "111111");
        assertEquals(
                Problem.PIN_TOO_SIMPLE.code(),
                weak.get("problem").get("code").asText(),
                "asked again");
        JsonNode unsure = door.type(weak, false, NEXT);
        assertEquals(
                Problem.WOULD_LOCK_CARD.code(),
                unsure.get("problem").get("code").asText(),
                "a card that does not tell the PUK's tries may be at its last");
        JsonNode done = HipkiDesk.reply(door.type(unsure, true, NEXT));
        assertEquals(0, done.get("ret_code").asInt(), done::toString);
        assertEquals(func, done.get("func").asText());
        assertEquals(Set.of(), HipkiDesk.faults("replies.schema.json", done));
        assertEquals(new PinOutcome.Verified(), verified(NEXT));
        assertEquals(
                0x82000003,
                HipkiDesk.reply(door.type(ask(Map.of("func", func, field, answer)), true, NEXT))
                        .get("ret_code")
                        .asInt(),
                "an answer unlocks once");
    }

    @Test
    void a_wrong_answer_of_an_authority_costs_the_card_nothing_and_says_so() {
        lock();
        JsonNode request =
                HipkiDesk.reply(ask(Map.of("func", "bulidUnblockCardRequest", "sid", CODE)));
        String answer = authority(request.get("data").asText(), CODE, "87654321");
        String other = answer.replaceFirst("[B-Y](?=[A-Za-z]{6})", "A");
        assertNotEquals(answer, other);
        JsonNode refused =
                HipkiDesk.reply(
                        door.type(
                                ask(Map.of("func", "unblockCard", "cmsresponse", other)),
                                true,
                                NEXT));
        assertNotEquals(0, refused.get("ret_code").asInt());
        assertEquals(Set.of(), HipkiDesk.faults("replies.schema.json", refused));
        JsonNode done =
                HipkiDesk.reply(
                        door.type(
                                ask(Map.of("func", "unblockCard", "cmsresponse", answer)),
                                true,
                                NEXT));
        assertEquals(0, done.get("ret_code").asInt(), done::toString);
    }

    @Test
    void a_request_without_the_user_code_is_refused_as_the_vendor_does() {
        JsonNode refused = HipkiDesk.reply(ask(Map.of("func", "bulidResetUserPINRequest")));
        assertEquals(0x81000201, refused.get("ret_code").asInt(), refused::toString);
    }

    @Test
    void a_challenge_is_sixteen_octets_and_another_each_time() {
        String first = challenge();
        assertTrue(first.matches("[0-9A-F]{32}"), first);
        assertNotEquals(first, challenge());
    }

    private String challenge() {
        JsonNode reply = HipkiDesk.reply(ask(Map.of("func", "getChallenge")));
        assertEquals(0, reply.get("ret_code").asInt(), reply::toString);
        return reply.get("challenge").asText();
    }

    private JsonNode ask(Map<String, String> message) {
        return door.popup(HipkiDesk.SITE, HipkiDesk.plain(message));
    }

    private void lock() {
        for (int i = 0; i < 3; i++) {
            assertNotEquals(new PinOutcome.Verified(), verified("999999"));
        }
        assertEquals(new PinOutcome.Blocked(), verified("999999"));
    }

    private PinOutcome verified(String typed) {
        try (CardSession session = PivCards.open(desk.readers.list().getFirst());
                Pin pin = Pin.of(typed.toCharArray())) {
            return session.verify(pin);
        }
    }

    /// The card's authority, as `ra.unlock` answers.
    private String authority(String request, String code, String puk) {
        UnlockRequest asked = UnlockRequest.read(request.getBytes(StandardCharsets.US_ASCII));
        assertTrue(asked.provedBy(UserCode.verifier(code.toCharArray(), asked.card())));
        return UnlockResponse.text(
                UnlockResponse.answer(
                        asked,
                        puk.getBytes(StandardCharsets.US_ASCII),
                        Desk.CLOCK.instant().plus(Duration.ofMinutes(15)),
                        Desk.authority().ra,
                        Desk.RANDOM));
    }
}
