// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.CaException;
import perennial.ca.Passphrase;
import perennial.ca.audit.AuditFinding.Kind;
import perennial.core.advice.Problem;
import perennial.core.certificate.SerialNumber;

class AuditLogTest {
    private static final Clock NOW =
            Clock.fixed(Instant.parse("2026-11-25T08:00:00Z"), ZoneOffset.UTC);
    private static final long NEVER_ROTATE = Long.MAX_VALUE;

    @TempDir private Path folder;
    private final Heads heads = new Heads();
    private AuditKey key;
    private AuditSettings settings;

    /// What a database keeps of heads.
    private static final class Heads implements AuditHeads {
        private List<AuditHead> heads = List.of();

        @Override
        public List<AuditHead> all() {
            return heads;
        }

        @Override
        public boolean advance(AuditHead head, Instant at) {
            boolean forward = heads.stream().allMatch(old -> old.sequence() < head.sequence());
            if (forward) {
                heads = List.of(head);
            }
            return forward;
        }

        @Override
        public void replace(AuditHead head, Instant at) {
            heads = List.of(head);
        }
    }

    @BeforeEach
    void open() {
        key = key("audit.key");
        settings = new AuditSettings("one", folder.resolve("log"));
    }

    private AuditKey key(String name) {
        try (Passphrase passphrase = new Passphrase("correct horse".toCharArray())) {
            return AuditKey.open(folder.resolve(name), passphrase, new SecureRandom());
        }
    }

    private AuditLog log() {
        return AuditLog.open(settings, key, heads, NOW);
    }

    private AuditLog log(LogFile.Opener opener, long rotateAt) {
        return AuditLog.open(new AuditLog.Parts(settings, key, heads, NOW, opener, rotateAt));
    }

    private static AuditEvent event(long serial) {
        return new AuditEvent.Signing(
                "issuing", new SerialNumber(BigInteger.valueOf(serial)), new byte[32]);
    }

    private AuditReport verify() {
        return new AuditVerification(settings.folder(), Optional.empty(), Optional.empty())
                .verify();
    }

    private Path file() {
        return new LogFolder(settings.folder()).segments("one").getLast().file();
    }

    private List<Kind> kinds() {
        return verify().findings().stream().map(AuditFinding::kind).toList();
    }

    private void write(int records) {
        try (AuditLog log = log()) {
            for (int i = 1; i <= records; i++) {
                log.before(event(i));
            }
        }
    }

    @Test
    void a_log_goes_on_where_it_ended_in_one_chain() {
        write(3);
        write(2);

        AuditReport report = verify();

        assertEquals(List.of(), report.findings());
        assertEquals(5, report.chains().getFirst().head().sequence());
        assertEquals(5, heads.all().getFirst().sequence());
    }

    @Test
    void records_of_many_threads_go_to_the_disk_together() throws Exception {
        int threads = 64;
        AtomicInteger visits = new AtomicInteger();
        List<Supplier<Long>> waiting = new ArrayList<>();
        LogFile.Opener opener =
                (file, fresh) ->
                        seen(
                                LogFile.open(file, fresh),
                                () -> {
                                    // The first visit lasts until all others stand in line.
                                    if (visits.getAndIncrement() == 0) {
                                        while (waiting.getFirst().get() < threads - 1) {
                                            Thread.onSpinWait();
                                        }
                                    }
                                });
        try (AuditLog log = log(opener, NEVER_ROTATE);
                var pool = Executors.newFixedThreadPool(threads)) {
            waiting.add(() -> log.state().waiting());
            Future<?> first = pool.submit(() -> log.before(event(1)));
            while (visits.get() == 0) {
                Thread.onSpinWait();
            }
            List<Future<?>> others = new ArrayList<>();
            for (int i = 2; i <= threads; i++) {
                AuditEvent event = event(i);
                others.add(pool.submit(() -> log.before(event)));
            }
            first.get();
            for (Future<?> other : others) {
                other.get();
            }
        }

        assertEquals(2, visits.get());
        assertEquals(threads, verify().chains().getFirst().records());
        assertTrue(verify().isSound());
    }

    @Test
    void c11_a_full_disk_stops_what_needs_a_record_and_gives_it_back_by_itself()
            throws IOException {
        AtomicBoolean full = new AtomicBoolean();
        try (AuditLog log = log((file, fresh) -> filling(file, fresh, full), NEVER_ROTATE)) {
            log.before(event(1));
            full.set(true);

            CaException refused = assertThrows(CaException.class, () -> log.before(event(2)));
            assertEquals(Problem.AUDIT_NOT_WRITABLE, refused.problem());
            log.after(event(3));
            assertThrows(CaException.class, log::settle);
            assertFalse(log.state().writable());

            full.set(false);
            log.before(event(4));
            assertTrue(log.state().writable());
        }

        assertEquals(List.of(), verify().findings());
        List<String> lines = Files.readAllLines(file(), StandardCharsets.UTF_8);
        assertEquals(3, lines.size(), "1, 3 and 4: what was refused left nothing");
        assertTrue(lines.get(1).contains("\"serial\":\"00000000000000000000000000000003\""));
    }

    @Test
    void c11_a_folder_that_is_gone_stops_it_too() throws IOException {
        AtomicInteger opened = new AtomicInteger();
        try (AuditLog log =
                log(
                        (file, fresh) -> {
                            opened.incrementAndGet();
                            return LogFile.open(file, fresh);
                        },
                        1)) {
            log.before(event(1));
            Path moved = folder.resolve("elsewhere");
            Files.move(settings.folder(), moved);
            assertThrows(CaException.class, () -> log.before(event(2)));

            Files.move(moved, settings.folder());
            log.before(event(3));
        }
        assertEquals(List.of(), verify().findings());
        assertEquals(3, opened.get());
    }

    @Test
    void a_record_cut_off_by_a_crash_is_dropped_and_that_is_said() throws IOException {
        write(2);
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, 100), StandardOpenOption.APPEND);
        assertEquals(List.of(Kind.TORN_END), kinds());

        write(1);

        assertEquals(List.of(Kind.RECOVERED), kinds());
        assertTrue(verify().isSound());
        assertEquals(4, verify().chains().getFirst().head().sequence());
    }

    @Test
    void each_changed_octet_is_found() throws IOException {
        write(3);
        byte[] whole = Files.readAllBytes(file());
        // Without the very last line feed, which the database's head stands for.
        for (int i = 0; i < whole.length - 1; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 << i % 8);
            Files.write(file(), changed);
            assertFalse(verify().isSound(), "octet " + i);
        }
    }

    @Test
    void a_line_taken_out_repeated_or_moved_is_found() throws IOException {
        write(5);
        List<String> lines = Files.readAllLines(file(), StandardCharsets.UTF_8);
        for (int i = 0; i < 4; i++) {
            List<String> without = new ArrayList<>(lines);
            without.remove(i);
            Files.write(file(), without, StandardCharsets.UTF_8);
            assertFalse(verify().isSound(), "without line " + i);

            List<String> repeated = new ArrayList<>(lines);
            repeated.add(i, lines.get(i));
            Files.write(file(), repeated, StandardCharsets.UTF_8);
            assertFalse(verify().isSound(), "line %d twice".formatted(i));

            List<String> moved = new ArrayList<>(lines);
            moved.add(i, moved.remove(4));
            Files.write(file(), moved, StandardCharsets.UTF_8);
            assertFalse(verify().isSound(), "line 4 before line " + i);
        }
    }

    @Test
    void a_log_written_anew_with_another_key_is_not_the_nodes() throws IOException {
        write(2);
        String fingerprint = key.publicKey().fingerprint();
        for (LogFolder.Segment segment : new LogFolder(settings.folder()).segments("one")) {
            Files.delete(segment.file());
        }
        Files.delete(new LogFolder(settings.folder()).publicKey("one"));
        key = key("other.key");
        AuditLog.open(settings, key, new Heads(), NOW).close();
        try (AuditLog log = AuditLog.open(settings, key, new Heads(), NOW)) {
            log.before(event(1));
        }

        AuditReport pinned =
                new AuditVerification(settings.folder(), Optional.of(fingerprint), Optional.empty())
                        .verify();

        assertEquals(Kind.KEY_DIFFERS, pinned.findings().getFirst().kind());
        CaException refused = assertThrows(CaException.class, this::log);
        assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
    }

    @Test
    void c11_a_shortened_log_takes_no_more_records_until_an_operator_says_so() throws IOException {
        write(5);
        List<String> lines = Files.readAllLines(file(), StandardCharsets.UTF_8);
        Files.write(file(), lines.subList(0, 3), StandardCharsets.UTF_8);

        try (AuditLog log = log()) {
            CaException refused = assertThrows(CaException.class, () -> log.before(event(6)));
            assertEquals(Problem.AUDIT_DAMAGED, refused.problem());
            assertThrows(CaException.class, log::settle);
            assertFalse(log.state().writable());
        }

        AuditLog.reopen(
                        settings,
                        key,
                        heads,
                        NOW,
                        damage -> new AuditEvent.Accepted("alice", "disk exchanged", damage))
                .close();
        write(1);
        assertEquals(List.of(Kind.ACCEPTED, Kind.RECORDS_MISSING), kinds());
        assertEquals(7, heads.all().getFirst().sequence());
    }

    @Test
    void c11_records_take_no_part_in_a_database_that_is_older_than_they_are() {
        write(3);
        List<AuditHead> old = heads.all();
        write(2);
        write(1);
        heads.heads = old;

        try (AuditLog log = log()) {
            CaException refused = assertThrows(CaException.class, () -> log.before(event(7)));
            assertEquals(Problem.AUDIT_DAMAGED, refused.problem());
        }
    }

    @Test
    void records_that_the_database_does_not_know_or_knows_otherwise_are_not_continued() {
        write(2);
        write(3);
        try (AuditLog log = AuditLog.open(settings, key, new Heads(), NOW)) {
            assertThrows(CaException.class, () -> log.before(event(9)), "the heads are missing");
        }
        heads.heads = List.of(new AuditHead("one", key.publicKey(), 2, new byte[32]));
        try (AuditLog log = log()) {
            assertThrows(CaException.class, () -> log.before(event(9)), "another second record");
        }
    }

    @Test
    void a_log_of_many_files_is_one_chain_and_none_of_them_can_be_taken_away() throws IOException {
        try (AuditLog log = log(LogFile::open, 600)) {
            for (int i = 1; i <= 9; i++) {
                log.before(event(i));
            }
        }
        List<LogFolder.Segment> segments = new LogFolder(settings.folder()).segments("one");
        assertTrue(segments.size() >= 4, segments + "");
        assertEquals(List.of(), kinds());
        write(1);
        assertEquals(List.of(), kinds());
        for (LogFolder.Segment segment : segments.subList(0, segments.size() - 1)) {
            byte[] kept = Files.readAllBytes(segment.file());
            Files.delete(segment.file());
            assertFalse(verify().isSound(), "without " + segment);
            Files.write(segment.file(), kept);
        }
        assertEquals(
                List.of(),
                new AuditVerification(segments.get(1).file(), Optional.empty(), Optional.empty())
                        .verify()
                        .findings());
    }

    @Test
    void r10_a_clock_that_goes_back_is_said_and_breaks_nothing() {
        write(1);
        Clock back = Clock.offset(NOW, Duration.ofHours(-2));
        try (AuditLog log = AuditLog.open(settings, key, heads, back)) {
            log.before(event(2));
        }

        assertEquals(List.of(Kind.CLOCK_BACK), kinds());
        assertTrue(verify().isSound());
    }

    @Test
    void two_processes_cannot_write_as_one_node() {
        try (AuditLog log = log()) {
            log.before(event(1));
            CaException refused = assertThrows(CaException.class, this::log);
            assertEquals(Problem.CONFIGURATION_INVALID, refused.problem());
        }
    }

    @Test
    void an_export_is_the_lines_themselves() throws IOException {
        write(3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertEquals(
                3,
                new AuditExport(settings.folder())
                        .write(NOW.instant(), NOW.instant().plusSeconds(1), out));
        assertEquals(0, new AuditExport(settings.folder()).write(Instant.MIN, NOW.instant(), out));
        assertEquals(Files.readString(file()), out.toString(StandardCharsets.UTF_8));
    }

    private static LogFile seen(LogFile file, Runnable visit) {
        return new LogFile() {
            @Override
            public void write(long position, byte[] octets) throws IOException {
                visit.run();
                file.write(position, octets);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    /// While it is full, half of what is written gets onto the disk.
    private static LogFile filling(Path file, boolean fresh, AtomicBoolean full)
            throws IOException {
        LogFile real = LogFile.open(file, fresh);
        return new LogFile() {
            @Override
            public void write(long position, byte[] octets) throws IOException {
                if (full.get()) {
                    real.write(position, Arrays.copyOf(octets, octets.length / 2));
                    throw new IOException("No space left on device");
                }
                real.write(position, octets);
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }
}
