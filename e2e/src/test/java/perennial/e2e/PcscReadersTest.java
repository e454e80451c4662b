// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardException;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;
import perennial.card.pcsc.PcscReaders;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.virtualcard.ChipCard;
import perennial.virtualcard.Faults;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;
import perennial.virtualcard.VpcdReader;

/// Our readers against Debian's pcscd, with our cards behind its virtual reader driver.
class PcscReadersTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int REINSERTIONS = 100;

    @TempDir static Path folder;

    private static PcscDaemon daemon;

    private final PcscReaders readers = PcscReaders.ofThisComputer();

    /// Looks on for the test, so that what `readers` has seen is only what it was asked.
    private final PcscReaders observer = PcscReaders.ofThisComputer();

    private final VirtualCard card = newCard("0088000000000001");
    private VpcdReader slot;

    @BeforeAll
    static void start() throws Exception {
        daemon = PcscDaemon.start(folder);
    }

    @AfterAll
    static void stop() {
        daemon.close();
    }

    @BeforeEach
    void open() {
        slot = new VpcdReader(daemon.vpcd(0));
    }

    /// The next test's card must not come before pcscd has seen this one go.
    @AfterEach
    void empty() {
        slot.close();
        Eventually.holds("the reader is empty", () -> !reader(0).cardPresent());
    }

    @Test
    void readers_are_listed_by_name_and_tell_the_card_and_its_atr() {
        assertEquals(
                List.of(PcscDaemon.reader(0), PcscDaemon.reader(1)),
                readers.list().stream().map(ApduReader::name).toList());
        CardException none = assertThrows(CardException.class, () -> reader(0).connect());
        assertEquals(Problem.NO_CARD, none.problem(), none.getMessage());
        insert(card);
        assertFalse(reader(1).cardPresent());
        try (ApduChannel channel = reader(0).connect()) {
            assertArrayEquals(card.atr(), channel.atr().orElseThrow());
            assertTrue(select(channel).status().isSuccess());
        }
    }

    @Test
    void a_waiting_thread_is_told_of_a_card_that_comes_and_goes() throws Exception {
        assertEquals(2, readers.list().size());
        slot.insert(card);
        assertTrue(readers.awaitChange(LONG));
        assertTrue(reader(0).cardPresent());
        slot.eject();
        assertTrue(readers.awaitChange(LONG));
        assertFalse(reader(0).cardPresent());
        assertFalse(readers.awaitChange(Duration.ofMillis(50)), "nothing more has happened");
    }

    @Test
    void a_change_between_two_waits_is_not_lost() throws Exception {
        assertEquals(2, readers.list().size());
        insert(card);
        assertTrue(readers.awaitChange(LONG), "the card came while nobody waited");
        slot.eject();
        Eventually.holds("the card is out", () -> !reader(0).cardPresent());
        insert(card);
        assertTrue(readers.awaitChange(LONG), "out and in again is a change too");
        assertFalse(readers.awaitChange(Duration.ofMillis(50)));
    }

    @Test
    void a_program_that_uses_the_card_is_no_change() throws Exception {
        insert(card);
        assertEquals(2, readers.list().size());
        try (ApduChannel channel = reader(0).connect()) {
            assertTrue(select(channel).status().isSuccess());
            assertFalse(readers.awaitChange(Duration.ofMillis(300)));
        }
        assertFalse(readers.awaitChange(Duration.ofMillis(300)));
    }

    @Test
    void an_interrupted_wait_ends_and_leaves_no_thread() throws Exception {
        AtomicReference<Throwable> end = new AtomicReference<>();
        CountDownLatch waiting = new CountDownLatch(1);
        Thread thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                assertEquals(2, readers.list().size());
                                waiting.countDown();
                                boolean _ = readers.awaitChange(Duration.ofHours(1));
                            } catch (InterruptedException | RuntimeException e) {
                                end.set(e);
                            }
                        });
        waiting.await();
        Eventually.holds("the wait has begun", () -> waits() == 1);
        thread.interrupt();
        assertTrue(thread.join(LONG));
        assertEquals(InterruptedException.class, end.get().getClass());
        Eventually.holds("the waiting thread has ended", () -> waits() == 0);
    }

    @Test
    void a_hundred_reinsertions_in_two_readers_need_no_restart() throws Exception {
        try (VpcdReader other = new VpcdReader(daemon.vpcd(1));
                ExecutorService both = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> done = new ArrayList<>();
            done.add(both.submit(() -> reinsert(slot, 0, card)));
            done.add(both.submit(() -> reinsert(other, 1, newCard("0088000000000002"))));
            int sum = 0;
            for (Future<Integer> one : done) {
                sum += one.get();
            }
            assertEquals(REINSERTIONS, sum);
        }
        Eventually.holds("the other reader is empty", () -> !reader(1).cardPresent());
    }

    private int reinsert(VpcdReader place, int number, ChipCard one) throws InterruptedException {
        int times = 0;
        for (; times < REINSERTIONS / 2; times++) {
            place.insert(one);
            awaitPresence(number, true);
            try (ApduChannel channel = reader(number).connect()) {
                assertTrue(select(channel).status().isSuccess());
            }
            assertEquals(one, place.eject().orElseThrow());
            awaitPresence(number, false);
        }
        return times;
    }

    private void awaitPresence(int number, boolean present) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        while (readers.list().get(number).cardPresent() != present) {
            assertTrue(System.nanoTime() < end, "card present is never " + present);
            boolean _ = readers.awaitChange(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_daemon_killed_and_started_again_is_found_by_the_same_object() throws Exception {
        insert(card);
        assertEquals(2, readers.list().size());
        ApduChannel channel = reader(0).connect();
        assertTrue(select(channel).status().isSuccess());

        daemon.kill();
        CardException lost = assertThrows(CardException.class, () -> select(channel));
        assertTrue(
                Set.of(Problem.READER_SERVICE_MISSING, Problem.CARD_REMOVED)
                        .contains(lost.problem()),
                lost.getMessage());
        channel.close();
        assertTrue(readers.awaitChange(LONG), "the service went");
        CardException missing = assertThrows(CardException.class, readers::list);
        assertEquals(Problem.READER_SERVICE_MISSING, missing.problem(), missing.getMessage());
        assertFalse(readers.awaitChange(Duration.ofMillis(50)), "still gone");

        daemon.startAgain();
        assertTrue(readers.awaitChange(LONG), "the service came");
        Eventually.holds("the card is back by itself", () -> reader(0).cardPresent());
        try (ApduChannel again = reader(0).connect()) {
            assertTrue(select(again).status().isSuccess());
        }
        daemon.stop();
        assertTrue(readers.awaitChange(LONG), "the service was stopped in order");
        daemon.startAgain();
        Eventually.holds("the card is back again", () -> reader(0).cardPresent());
    }

    @Test
    void while_we_have_the_card_no_other_program_has_it_and_afterwards_it_has() throws Exception {
        insert(card);
        try (ApduChannel channel = reader(0).connect()) {
            assertTrue(select(channel).status().isSuccess());
            CardException second = assertThrows(CardException.class, () -> reader(0).connect());
            assertEquals(Problem.CARD_IN_USE, second.problem(), second.getMessage());
            assertNotEquals(0, openscTool("--name"));
        }
        assertEquals(0, openscTool("--name"));
    }

    @Test
    @Timeout(120)
    void a_card_that_another_program_holds_is_in_use_until_it_lets_go() throws Exception {
        insert(card);
        Process other =
                new ProcessBuilder("opensc-explorer", "--reader", PcscDaemon.reader(0), "--mf", "")
                        .redirectErrorStream(true)
                        .start();
        try {
            awaitPrompt(other);
            CardException held = assertThrows(CardException.class, () -> reader(0).connect());
            assertEquals(Problem.CARD_IN_USE, held.problem(), held.getMessage());
            other.getOutputStream().write("quit\n".getBytes(StandardCharsets.US_ASCII));
            other.getOutputStream().close();
            assertTrue(other.waitFor(60, TimeUnit.SECONDS));
            try (ApduChannel channel = reader(0).connect()) {
                assertTrue(select(channel).status().isSuccess());
            }
        } finally {
            other.destroyForcibly();
        }
    }

    /// Until it asks for a command: it has the card then.
    private static void awaitPrompt(Process explorer) throws IOException {
        StringBuilder said = new StringBuilder();
        while (said.indexOf("OpenSC [") < 0) {
            int octet = explorer.getInputStream().read();
            assertTrue(octet >= 0, said::toString);
            said.append((char) octet);
        }
    }

    @Test
    void a_card_pulled_during_a_command_is_removed_and_can_be_put_back() {
        for (Faults.Moment moment : Faults.Moment.values()) {
            insert(card);
            try (ApduChannel channel = reader(0).connect()) {
                card.faults().cutAt(2, moment);
                assertTrue(select(channel).status().isSuccess());
                for (int i = 0; i < 2; i++) {
                    CardException pulled = assertThrows(CardException.class, () -> select(channel));
                    assertEquals(Problem.CARD_REMOVED, pulled.problem(), pulled.getMessage());
                }
            }
            Eventually.holds("the card is back after a cut", () -> works());
            slot.eject();
            Eventually.holds("the card is out", () -> !reader(0).cardPresent());
        }
    }

    private boolean works() {
        try (ApduChannel channel = reader(0).connect()) {
            return select(channel).status().isSuccess();
        } catch (CardException e) {
            return false;
        }
    }

    @Test
    void to_a_card_of_t_0_a_command_with_data_goes_without_le() {
        RecordedCard recorded = new RecordedCard("3B00");
        insert(recorded);
        try (ApduChannel channel = reader(0).connect()) {
            assertTrue(select(channel).status().isSuccess());
            assertArrayEquals(recorded.atr(), channel.atr().orElseThrow());
        }
        assertEquals(List.of("00a4040009a00000030800001000"), recorded.commands);
    }

    @Test
    void a_mute_card_is_said_to_be_mute() {
        insert(new RecordedCard("3B"));
        CardException mute = assertThrows(CardException.class, () -> reader(0).connect());
        assertEquals(Problem.CARD_MUTE, mute.problem(), mute.getMessage());
    }

    @Test
    void thousands_of_looks_and_waits_leave_nothing_behind() throws Exception {
        insert(card);
        looks(50);
        long files = openFiles();
        looks(1000);
        assertTrue(openFiles() <= files + 2, () -> files + " files before, now " + openFiles());
        Eventually.holds("no waiting thread is left", () -> waits() == 0);
    }

    private void looks(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            assertEquals(2, readers.list().size());
            assertTrue(reader(0).cardPresent());
            assertFalse(readers.awaitChange(Duration.ofMillis(1)));
            if (i % 25 == 0) {
                try (ApduChannel channel = reader(0).connect()) {
                    assertTrue(select(channel).status().isSuccess());
                }
            }
        }
    }

    /// A card without memory that writes down what it was told.
    private static final class RecordedCard implements ChipCard {
        private final byte[] atr;
        private final List<String> commands = new CopyOnWriteArrayList<>();

        RecordedCard(String atr) {
            this.atr = HexFormat.of().parseHex(atr);
        }

        @Override
        public byte[] atr() {
            return atr.clone();
        }

        @Override
        public Contact powerUp() {
            return new Contact() {
                @Override
                public byte[] transmit(byte[] command) {
                    commands.add(HexFormat.of().formatHex(command));
                    return new byte[] {(byte) 0x90, 0x00};
                }

                @Override
                public void close() {
                    // Nothing volatile.
                }
            };
        }
    }

    private void insert(ChipCard inserted) {
        slot.insert(inserted);
        Eventually.holds("the card is seen", () -> reader(0).cardPresent());
    }

    private ApduReader reader(int number) {
        return observer.list().get(number);
    }

    private static ResponseApdu select(ApduChannel channel) {
        byte[] piv = HexFormat.of().parseHex("a00000030800001000");
        return channel.transmit(new CommandApdu(0, 0xA4, 0x04, 0x00, piv, 256));
    }

    private static VirtualCard newCard(String number) {
        return VirtualCard.create(
                new Personalisation(
                        new CardNumber(number), "246810".toCharArray(), "86420135".toCharArray()),
                new SecureRandom());
    }

    private static int openscTool(String argument) throws Exception {
        Process process =
                new ProcessBuilder("opensc-tool", "--reader", PcscDaemon.reader(0), argument)
                        .redirectErrorStream(true)
                        .start();
        byte[] _ = process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    private static long waits() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("pcsc-wait"))
                .count();
    }

    private static long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
