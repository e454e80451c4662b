// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.agent.AgentException;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;

class FileJournalTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00.123Z");
    private static final CardNumber CARD = new CardNumber("0088000000000001");
    private static final SecureRandom RANDOM = new SecureRandom();

    private static Certificate old;
    private static Certificate fresh;

    private @TempDir Path home;

    @BeforeAll
    static void certificates() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        old = certificate(keys, 1);
        fresh = certificate(keys, 2);
    }

    @SuppressWarnings("JavaUtilDate") // the certificate builder takes nothing else
    private static Certificate certificate(KeyPair keys, long serial) throws Exception {
        X500Principal name = new X500Principal("CN=Journal");
        return Certificate.ofDer(
                new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.valueOf(serial),
                                Date.from(NOW),
                                Date.from(NOW.plusSeconds(3600)),
                                name,
                                keys.getPublic())
                        .build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(keys.getPrivate()))
                        .getEncoded());
    }

    private static RenewalSubject subject() {
        return new RenewalSubject(
                RenewalId.random(RANDOM),
                CARD,
                KeySlot.DIGITAL_SIGNATURE,
                URI.create("https://ra.example"));
    }

    private static List<RenewalEvent> whole() {
        return List.of(
                new RenewalEvent.Requested(RenewalKind.RENEWAL, old, NOW),
                new RenewalEvent.Approved(NOW),
                new RenewalEvent.Issued(fresh, NOW),
                new RenewalEvent.Installed(fresh.serialNumber(), NOW),
                new RenewalEvent.Confirmed(fresh.serialNumber(), NOW));
    }

    private static RenewalSubject write(FileJournal journal, List<RenewalEvent> events) {
        RenewalSubject subject = subject();
        events.forEach(event -> journal.append(subject, event));
        return subject;
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(f -> f.toString().endsWith(".journal")).findFirst().orElseThrow();
        }
    }

    @Test
    void what_was_written_is_read_by_the_next_process() {
        RenewalSubject subject = write(new FileJournal(home), whole());
        RenewalSubject refused =
                write(
                        new FileJournal(home),
                        List.of(
                                new RenewalEvent.Requested(
                                        RenewalKind.RENEWAL, old, NOW.plusSeconds(1)),
                                new RenewalEvent.Rejected(FailInfo.badTime, "R01 太早", NOW)));
        FileJournal next = new FileJournal(home);
        assertEquals(Set.of(CARD), next.cards());
        assertEquals(
                List.of(subject, refused),
                next.of(CARD).stream().map(JournalledRenewal::subject).toList());
        assertEquals(whole(), next.of(CARD).getFirst().events());
        assertEquals(
                new Renewal.Refused(old, FailInfo.badTime, "R01 太早"),
                next.of(CARD).getLast().renewal());
    }

    @Test
    void a_record_torn_at_any_octet_is_dropped_and_written_over() throws IOException {
        FileJournal journal = new FileJournal(home);
        RenewalSubject subject = write(journal, whole().subList(0, 2));
        byte[] before = Files.readAllBytes(file());
        journal.append(subject, whole().get(2));
        byte[] after = Files.readAllBytes(file());
        for (int length = before.length; length < after.length; length++) {
            Files.write(file(), Arrays.copyOf(after, length));
            assertEquals(whole().subList(0, 2), journal.of(CARD).getFirst().events());
        }
        journal.append(subject, whole().get(2));
        assertArrayEquals(after, Files.readAllBytes(file()));
    }

    @Test
    void a_file_grown_by_zeros_after_a_power_cut_is_only_torn() throws IOException {
        FileJournal journal = new FileJournal(home);
        RenewalSubject subject = write(journal, whole().subList(0, 2));
        byte[] before = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(before, before.length + 700));
        assertEquals(whole().subList(0, 2), journal.of(CARD).getFirst().events());
        journal.append(subject, whole().get(2));
        assertEquals(whole().subList(0, 3), journal.of(CARD).getFirst().events());
    }

    @Test
    void one_wrong_bit_in_an_earlier_record_is_damage() throws IOException {
        FileJournal journal = new FileJournal(home);
        RenewalSubject subject = write(journal, whole().subList(0, 4));
        byte[] good = Files.readAllBytes(file());
        byte[] lastRecord = JournalFormat.record(whole().get(3));
        for (int at = 0; at < good.length - lastRecord.length; at += 7) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(file(), bad);
            assertEquals(
                    Problem.JOURNAL_DAMAGED,
                    assertThrows(AgentException.class, () -> journal.of(CARD)).problem());
            assertEquals(
                    Problem.JOURNAL_DAMAGED,
                    assertThrows(
                                    AgentException.class,
                                    () -> journal.append(subject, whole().get(4)))
                            .problem());
            assertArrayEquals(bad, Files.readAllBytes(file()));
        }
    }

    @Test
    void a_full_disk_is_told_and_leaves_the_journal_as_it_was() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        RenewalSubject subject = write(new FileJournal(home), whole().subList(0, 2));
        byte[] before = Files.readAllBytes(file());
        FileJournal journal =
                new FileJournal(
                        home,
                        (file, options, attributes) ->
                                FileChannel.open(full, StandardOpenOption.WRITE));
        AgentException grown =
                assertThrows(AgentException.class, () -> journal.append(subject, whole().get(2)));
        assertEquals(Problem.JOURNAL_NOT_WRITABLE, grown.problem());
        assertTrue(String.valueOf(grown.getCause()).contains("No space left"));
        AgentException begun =
                assertThrows(AgentException.class, () -> journal.append(subject(), whole().get(0)));
        assertEquals(Problem.JOURNAL_NOT_WRITABLE, begun.problem());
        assertArrayEquals(before, Files.readAllBytes(file()));
        assertEquals(1, new FileJournal(home).of(CARD).size());
    }

    @Test
    void a_home_that_cannot_be_made_is_told() throws IOException {
        Path file = Files.createFile(home.resolve("taken"));
        assertEquals(
                Problem.JOURNAL_NOT_WRITABLE,
                assertThrows(AgentException.class, () -> new FileJournal(file)).problem());
    }

    @Test
    void nobody_else_may_read_it() throws IOException {
        Path inner = home.resolve("inner");
        RenewalSubject _ = write(new FileJournal(inner), whole());
        try (Stream<Path> all = Files.walk(inner)) {
            for (Path one : all.toList()) {
                String expected = Files.isDirectory(one) ? "rwx------" : "rw-------";
                assertEquals(
                        expected,
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(one)),
                        one.toString());
            }
        }
    }

    @Test
    void of_the_finished_ones_the_newest_eight_are_kept_and_every_unfinished_one() {
        FileJournal journal = new FileJournal(home);
        RenewalSubject unfinished = write(journal, whole().subList(0, 1));
        for (int i = 0; i < 12; i++) {
            RenewalSubject _ = write(journal, whole());
        }
        RenewalSubject last = write(journal, whole().subList(0, 1));
        List<JournalledRenewal> kept = journal.of(CARD);
        assertEquals(10, kept.size());
        assertTrue(kept.stream().anyMatch(r -> r.subject().equals(unfinished)));
        assertTrue(kept.stream().anyMatch(r -> r.subject().equals(last)));
    }

    @Test
    void one_card_is_renewed_by_one_at_a_time() {
        CardLocks mine = new CardLocks(home);
        CardLocks theirs = new CardLocks(home);
        try (CardLocks.Held held = mine.take(CARD)) {
            assertInstanceOf(CardLocks.Held.class, held);
            assertEquals(
                    Problem.RENEWAL_RUNNING,
                    assertThrows(AgentException.class, () -> theirs.take(CARD)).problem());
            theirs.take(new CardNumber("2")).close();
        }
        theirs.take(CARD).close();
    }
}
