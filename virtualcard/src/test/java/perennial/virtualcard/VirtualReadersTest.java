// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.apdu.ApduReader;
import perennial.card.piv.PivCards;
import perennial.core.advice.Problem;

class VirtualReadersTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String FIRST = VirtualReaders.name(0);
    private static final String SECOND = VirtualReaders.name(1);

    private final VirtualReaders readers = new VirtualReaders(2);

    @Test
    void readers_keep_their_order_and_say_whether_a_card_is_in() {
        readers.insert(SECOND, Cards.blank());
        List<ApduReader> list = readers.list();
        assertEquals(
                List.of("Perennial Virtual Reader 00", "Perennial Virtual Reader 01"),
                list.stream().map(ApduReader::name).toList());
        assertEquals(List.of(false, true), list.stream().map(ApduReader::cardPresent).toList());
        CardException empty = assertThrows(CardException.class, () -> list.getFirst().connect());
        assertEquals(Problem.NO_CARD, empty.problem());
    }

    @Test
    void a_card_pulled_out_is_gone_for_its_session() {
        VirtualCard card = Cards.blank();
        readers.insert(FIRST, card);
        try (CardSession session = PivCards.open(readers.list().getFirst())) {
            assertEquals(Optional.of(card), readers.eject(FIRST));
            CardException gone =
                    assertThrows(
                            CardException.class, () -> session.certificate(KeySlot.AUTHENTICATION));
            assertEquals(Problem.CARD_REMOVED, gone.problem());
        }
        assertEquals(Optional.empty(), readers.eject(FIRST));
        readers.insert(SECOND, card);
        PivCards.open(readers.list().getLast()).close();
    }

    @Test
    void inserting_and_pulling_wake_whoever_waits() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch woken = new CountDownLatch(2);
        Thread waiter =
                Thread.ofVirtual()
                        .start(() -> {
                            readers.list();
                            waiting.countDown();
                            try {
                                while (readers.awaitChange(LONG)) {
                                    woken.countDown();
                                    if (woken.getCount() == 0) {
                                        return;
                                    }
                                    readers.eject(FIRST);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        waiting.await();
        readers.insert(FIRST, Cards.blank());
        waiter.join();
        assertEquals(0, woken.getCount());
    }

    @Test
    void a_change_between_listing_and_waiting_is_not_lost() throws InterruptedException {
        readers.list();
        readers.insert(FIRST, Cards.blank());
        assertTrue(readers.awaitChange(LONG));
        assertFalse(readers.awaitChange(Duration.ZERO));
    }

    @Test
    void a_reader_holds_one_card() {
        readers.insert(FIRST, Cards.blank());
        VirtualCard other = Cards.blank();
        assertThrows(IllegalStateException.class, () -> readers.insert(FIRST, other));
        assertThrows(IllegalArgumentException.class, () -> readers.eject("no such"));
    }
}
