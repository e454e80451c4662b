// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.renewal.RenewalStep;

class RenewalTest {
    private @TempDir Path home;
    private Desk desk;

    @BeforeEach
    void set() {
        desk = new Desk(home);
    }

    @Test
    void both_certificates_of_a_card_are_renewed_with_one_pin_entry() {
        RenewalReport report = desk.renew();
        assertEquals(Optional.empty(), report.problem());
        assertTrue(report.renewed());
        desk.assertRenewed();
    }

    @Test
    void the_steps_are_shown_in_their_order_and_never_go_back() {
        List<RenewalProgress> seen = new ArrayList<>();
        RenewalReport _ =
                desk.agent()
                        .renew(
                                Desk.READER,
                                Desk.ORIGIN,
                                Optional.of(desk.ticket),
                                PinEntry.of(Pin.of("123456".toCharArray()), false),
                                seen::add);
        List<RenewalStep> steps = seen.stream().map(RenewalProgress::step).toList();
        assertEquals(steps.stream().sorted().toList(), steps);
        assertEquals(
                List.of(RenewalStep.REQUEST, RenewalStep.SEND, RenewalStep.WRITE, RenewalStep.DONE),
                steps.stream().distinct().toList());
        RenewalProgress last = seen.getLast();
        assertTrue(last.finished());
        assertFalse(last.cardInUse());
        assertTrue(seen.stream().anyMatch(RenewalProgress::cardInUse));
    }

    @Test
    void many_questions_at_once_about_one_card_are_all_answered() throws Exception {
        AgentCommands agent = desk.agent();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> questions = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                questions.add(
                        () -> agent.readers().stream().allMatch(r -> r.cardNumber().isPresent()));
                questions.add(() -> agent.card(Desk.READER).certificates().size() == 2);
            }
            for (Future<Boolean> answer : threads.invokeAll(questions)) {
                assertTrue(answer.get());
            }
        }
    }

    @Test
    void without_a_ticket_every_certificate_of_the_holder_is_renewed() {
        RenewalReport report = desk.renewWithoutTicket();
        assertTrue(report.renewed());
        desk.assertRenewed();
    }

    @Test
    void the_same_ticket_again_changes_nothing() {
        assertTrue(desk.renew().renewed());
        int asked = desk.ra.asked().size();
        assertTrue(desk.renew().renewed());
        assertEquals(asked, desk.ra.asked().size());
        desk.assertRenewed();
    }

    @Test
    void a_wrong_pin_costs_one_try_and_nothing_else_happens() {
        RenewalReport report = desk.renew("654321", false);
        assertEquals(new PinOutcome.Wrong(2), report.pin());
        assertEquals(Optional.of(Problem.PIN_WRONG), report.problem());
        assertEquals(2, desk.agent().card(Desk.READER).triesLeft());
        assertEquals(List.of(), desk.ra.asked());
        assertEquals(List.of(), desk.agent().unfinished());
    }

    @Test
    void the_last_try_is_not_used_without_consent() {
        assertEquals(new PinOutcome.Wrong(2), desk.renew("654321", false).pin());
        assertEquals(new PinOutcome.Wrong(1), desk.renew("654321", false).pin());
        assertEquals(
                Problem.PIN_LAST_TRY,
                assertThrows(AgentException.class, () -> desk.renew("654321", false)).problem());
        assertEquals(1, desk.agent().card(Desk.READER).triesLeft());
        assertTrue(desk.renew("123456", true).renewed());
        assertEquals(3, desk.agent().card(Desk.READER).triesLeft());
    }

    @Test
    void a_blocked_pin_is_told_and_not_tried() {
        assertEquals(new PinOutcome.Wrong(2), desk.renew("654321", false).pin());
        assertEquals(new PinOutcome.Wrong(1), desk.renew("654321", false).pin());
        assertEquals(new PinOutcome.Blocked(), desk.renew("654321", true).pin());
        RenewalReport report = desk.renew("123456", true);
        assertEquals(new PinOutcome.Blocked(), report.pin());
        assertEquals(Optional.of(Problem.PIN_BLOCKED), report.problem());
        assertEquals(List.of(), desk.ra.asked());
    }

    @Test
    void another_card_is_refused_before_pin_and_network() {
        desk.unreachableFrom(2);
        assertEquals(Optional.of(Problem.RA_UNREACHABLE), desk.renew().problem());
        desk.way = direct -> direct;
        desk.replaceCard(Desk.blank("0088000000000002"));
        assertEquals(Problem.OTHER_CARD, assertThrows(AgentException.class, desk::renew).problem());
        assertEquals(List.of(), desk.ra.asked());
        assertEquals(3, desk.agent().card(Desk.READER).triesLeft());
    }

    @Test
    void an_authority_that_cannot_be_asked_what_it_wants_leaves_nothing_begun() {
        desk.unreachableFrom(1);
        assertEquals(Optional.of(Problem.RA_UNREACHABLE), desk.renew().problem());
        assertEquals(List.of(), desk.agent().unfinished());
        desk.assertUsable();
        desk.way = direct -> direct;
        assertTrue(desk.renew().renewed());
        desk.assertRenewed();
    }

    @Test
    void an_unreachable_authority_leaves_a_renewal_that_the_next_run_finishes() {
        desk.unreachableFrom(2);
        RenewalReport report = desk.renew();
        assertEquals(Optional.of(Problem.RA_UNREACHABLE), report.problem());
        UnfinishedRenewal unfinished = desk.agent().unfinished().getFirst();
        assertEquals(RenewalStep.SEND, unfinished.step());
        assertEquals(Desk.ORIGIN, unfinished.registrationAuthority());
        desk.assertUsable();
        desk.way = direct -> direct;
        assertTrue(desk.renew().renewed());
        desk.assertRenewed();
    }

    @Test
    void garbage_from_the_authority_is_not_believed() {
        desk.way = direct -> request -> "<html>".getBytes(StandardCharsets.UTF_8);
        assertEquals(Optional.of(Problem.RA_ANSWER_INVALID), desk.renew().problem());
        desk.way = direct -> direct;
        assertTrue(desk.renew().renewed());
        desk.assertRenewed();
    }

    @Test
    void a_refusal_is_kept_with_its_reason() {
        desk.ra.refuse(FailInfo.badTime, "R01 may be renewed from 2027-01-01");
        RenewalReport report = desk.renew();
        assertEquals(Optional.of(Problem.TOO_EARLY), report.problem());
        assertTrue(
                report.certificates().stream()
                        .allMatch(c -> c.state() == RenewalProgress.State.REFUSED));
        assertEquals(List.of(), desk.agent().unfinished());
        int asked = desk.ra.asked().size();
        assertEquals(Optional.of(Problem.TOO_EARLY), desk.renew().problem());
        assertEquals(asked, desk.ra.asked().size());
        desk.assertUsable();
    }

    @Test
    void a_short_decision_is_waited_for() {
        desk.ra.decideAfter(4);
        assertTrue(desk.renew().renewed());
        assertTrue(desk.slept.isPositive());
        desk.assertRenewed();
    }

    @Test
    void a_long_decision_is_not() {
        desk.ra.decideAfter(1_000);
        RenewalReport report = desk.renew();
        assertEquals(Optional.of(Problem.WAITING_FOR_APPROVAL), report.problem());
        assertEquals(RenewalStep.SEND, desk.agent().unfinished().getFirst().step());
        desk.ra.decideAfter(0);
        assertTrue(desk.renew().renewed());
        desk.assertRenewed();
    }

    @Test
    void the_pin_is_nowhere_in_the_agents_home() throws IOException {
        assertTrue(desk.renew().renewed());
        byte[] pin = "123456".getBytes(StandardCharsets.US_ASCII);
        try (Stream<Path> files = Files.walk(home)) {
            List<Path> regular = files.filter(Files::isRegularFile).toList();
            assertFalse(regular.isEmpty());
            for (Path file : regular) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(new String(pin, StandardCharsets.US_ASCII)));
            }
        }
    }
}
