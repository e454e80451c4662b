// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;
import static perennial.ca.Authorities.renewal;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.audit.AuditEvent;
import perennial.ca.audit.AuditFinding;
import perennial.ca.audit.AuditFinding.Kind;
import perennial.ca.audit.AuditKey;
import perennial.ca.audit.AuditLog;
import perennial.ca.audit.AuditReport;
import perennial.ca.audit.AuditSettings;
import perennial.ca.audit.AuditTrail;
import perennial.ca.audit.AuditVerification;
import perennial.ca.store.AuditHeadStore;
import perennial.ca.store.Database;
import perennial.core.advice.Problem;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.crypto.KeyKind;

class AuditTrailTest {
    @TempDir private Path folder;
    private final TickingClock clock = new TickingClock(Instant.parse("2026-03-01T00:00:00Z"));
    private final DataSource database = TestDatabase.fresh();
    private AuditSettings settings;
    private AuditKey key;
    private int opened;

    @BeforeEach
    void prepare() {
        settings = new AuditSettings("one", folder.resolve("log"));
        try (Passphrase passphrase = new Passphrase("correct horse".toCharArray())) {
            key = AuditKey.open(folder.resolve("audit.key"), passphrase, Authorities.seeded(77));
        }
    }

    private AuditLog log() {
        return AuditLog.open(settings, key, new AuditHeadStore(new Database(database)), clock);
    }

    private LocalCa authority(AuditTrail trail) {
        return LocalCa.open(
                Authorities.settings(
                        folder.resolve("keys"), KeyKind.P_256, URI.create("http://localhost:1")),
                database,
                trail,
                clock,
                Authorities.seeded(++opened));
    }

    /// A disk that can be full, before a real log.
    private static final class Disk implements AuditTrail {
        private final AuditTrail log;
        private boolean full;

        Disk(AuditTrail log) {
            this.log = log;
        }

        @Override
        public void before(AuditEvent event) {
            requireRoom();
            log.before(event);
        }

        @Override
        public void after(AuditEvent event) {
            log.after(event);
        }

        @Override
        public void settle() {
            requireRoom();
            log.settle();
        }

        private void requireRoom() {
            if (full) {
                throw new CaException(Problem.AUDIT_NOT_WRITABLE, "No space left on device");
            }
        }
    }

    /// Three certificates: the second renews the first, the third is revoked.
    private List<Certificate> work(LocalCa ca, long transaction) {
        Certificate one = accepted(ca.issue(first(transaction, key(transaction))));
        clock.advance(Duration.ofSeconds(1));
        Certificate two = accepted(ca.issue(renewal(transaction + 1, one)));
        clock.advance(Duration.ofSeconds(1));
        Certificate three = accepted(ca.issue(first(transaction + 2, key(transaction + 2))));
        clock.advance(Duration.ofSeconds(1));
        ca.revoke(three.id(), RevocationReason.KEY_COMPROMISE);
        clock.advance(Duration.ofSeconds(1));
        return List.of(one, two, three);
    }

    private List<Certificate> recorded(long transaction) {
        try (AuditLog log = log();
                LocalCa ca = authority(log)) {
            return work(ca, transaction);
        }
    }

    private AuditReport verify() {
        return new AuditVerification(settings.folder(), Optional.empty(), Optional.of(database))
                .verify();
    }

    private Set<Kind> kinds() {
        return new TreeSet<>(verify().findings().stream().map(AuditFinding::kind).toList());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(settings.folder())) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
        }
    }

    private List<String> events() throws IOException {
        return Files.readAllLines(files().getLast(), StandardCharsets.UTF_8).stream()
                .map(line -> line.replaceAll(".*\"event\":\"([^\"]+)\".*", "$1"))
                .toList();
    }

    @Test
    void what_the_authority_does_is_in_the_log_in_this_order() throws IOException {
        try (AuditLog log = log();
                LocalCa ca = authority(log)) {
            Certificate certificate = accepted(ca.issue(first(1, key(1))));
            accepted(ca.issue(first(1, key(1))));
            ca.revoke(certificate.id(), RevocationReason.CERTIFICATE_HOLD);
            assertInstanceOf(IssueOutcome.Rejection.class, ca.issue(renewal(2, certificate)));
            ca.crl();
        }

        List<String> issued =
                List.of(
                        "issue.decided",
                        "certificate.signing",
                        "certificate.signed",
                        "certificate.stored");
        assertEquals(
                Stream.of(
                                List.of("key.opened"),
                                issued,
                                issued,
                                List.of(
                                        "revocation.decided",
                                        "revocation.done",
                                        "issue.refused",
                                        "crl.signed"))
                        .flatMap(List::stream)
                        .toList(),
                events());
        assertEquals(List.of(), verify().findings());
    }

    @Test
    void nobody_is_named() throws IOException {
        recorded(1);
        String log = Files.readString(files().getFirst());
        for (String word : List.of("測試人", "selftest", "12345678")) {
            assertFalse(log.contains(word), word);
        }
    }

    @Test
    void c11_a_full_disk_stops_issuing_and_revoking_and_not_the_status() {
        try (AuditLog log = log()) {
            Disk disk = new Disk(log);
            LocalCa ca = authority(disk);
            Certificate issuer = ca.chain().getFirst();
            Certificate certificate = accepted(ca.issue(first(1, key(1))));
            disk.full = true;

            CaException refused = assertThrows(CaException.class, () -> ca.issue(first(2, key(2))));
            assertEquals(Problem.AUDIT_NOT_WRITABLE, refused.problem());
            assertThrows(
                    CaException.class,
                    () -> ca.revoke(certificate.id(), RevocationReason.KEY_COMPROMISE));
            assertEquals(2, Rows.count(database, "ca.certificate"), "and the OCSP signer's");
            assertInstanceOf(CertStatus.Good.class, ca.status(certificate.id()));
            assertEquals("good", Ocsp.status(ca.ocsp(Ocsp.request(issuer, certificate)), issuer));
            clock.advance(Duration.ofDays(20));
            assertEquals("good", Ocsp.status(ca.ocsp(Ocsp.request(issuer, certificate)), issuer));
            assertTrue(ca.crl().length > 0);

            disk.full = false;
            accepted(ca.issue(first(2, key(2))));
            ca.revoke(certificate.id(), RevocationReason.KEY_COMPROMISE);
            assertInstanceOf(CertStatus.Revoked.class, ca.status(certificate.id()));
        }
        assertEquals(List.of(), verify().findings());
    }

    @Test
    void c11_rows_changed_behind_the_authoritys_back_are_found() {
        List<Certificate> certificates = recorded(1);
        assertEquals(List.of(), verify().findings());
        String third = certificates.get(2).serialNumber().hex().toLowerCase(Locale.ROOT);

        Rows.execute(
                database,
                "UPDATE ca.certificate_status SET revocation_time = NULL, revocation_reason ="
                        + " NULL");
        assertEquals(Set.of(Kind.REVOCATION_LOST), kinds());
        Rows.execute(
                database,
                "UPDATE ca.certificate_status SET revocation_time = '2026-03-01', revocation_reason"
                        + " = 1 WHERE encode(serial_number, 'hex') NOT LIKE '%%%s'"
                                .formatted(third));
        assertEquals(Set.of(Kind.REVOCATION_LOST, Kind.REVOCATION_UNRECORDED), kinds());
        Rows.execute(
                database,
                "DELETE FROM ca.certificate WHERE encode(serial_number, 'hex') LIKE '%%%s'"
                        .formatted(third));
        assertTrue(kinds().contains(Kind.CERTIFICATE_LOST));
    }

    @Test
    void c11_a_certificate_that_no_record_announced_is_found() {
        recorded(1);
        try (LocalCa silent = authority(AuditTrail.unrecorded())) {
            work(silent, 10);
        }
        recorded(20);

        assertEquals(Set.of(Kind.CERTIFICATE_UNRECORDED, Kind.REVOCATION_UNRECORDED), kinds());
        assertEquals(
                3,
                verify().findings().stream()
                        .filter(finding -> finding.kind() == Kind.CERTIFICATE_UNRECORDED)
                        .count());
    }

    @Test
    void c11_a_shortened_log_and_an_old_log_are_found() throws IOException {
        recorded(1);
        byte[] old = Files.readAllBytes(files().getLast());
        recorded(10);
        byte[] whole = Files.readAllBytes(files().getLast());
        List<String> lines = Files.readAllLines(files().getLast(), StandardCharsets.UTF_8);

        Files.write(files().getLast(), lines.subList(0, lines.size() - 1), StandardCharsets.UTF_8);
        assertTrue(kinds().contains(Kind.END_MISSING));
        Files.write(files().getLast(), old);
        assertTrue(kinds().contains(Kind.END_MISSING));
        try (AuditLog log = log();
                LocalCa ca = authority(log)) {
            assertThrows(CaException.class, () -> ca.issue(first(30, key(30))));
            assertTrue(ca.crl().length > 0);
        }
        Files.delete(files().getLast());
        assertTrue(kinds().contains(Kind.LOG_MISSING));
        Files.write(settings.folder().resolve("one.000000000001.jsonl"), whole);
        assertEquals(Set.of(), kinds());
    }

    @Test
    void c11_an_old_database_is_found_and_issues_nothing() {
        recorded(1);
        for (String table :
                List.of("audit_head", "certificate", "certificate_status", "issuance_intent")) {
            Rows.execute(database, "CREATE TABLE old_%s AS TABLE ca.%s".formatted(table, table));
        }
        recorded(10);
        recorded(20);
        Rows.execute(
                database,
                """
                TRUNCATE ca.certificate, ca.certificate_status, ca.issuance_intent, ca.audit_head
                CASCADE;
                INSERT INTO ca.issuance_intent SELECT * FROM old_issuance_intent;
                INSERT INTO ca.certificate_status SELECT * FROM old_certificate_status;
                INSERT INTO ca.certificate SELECT * FROM old_certificate;
                INSERT INTO ca.audit_head SELECT * FROM old_audit_head;
                """);

        assertTrue(kinds().containsAll(Set.of(Kind.DATABASE_OLDER, Kind.CERTIFICATE_LOST)));
        try (AuditLog log = log();
                LocalCa ca = authority(log)) {
            CaException refused =
                    assertThrows(CaException.class, () -> ca.issue(first(30, key(30))));
            assertEquals(Problem.AUDIT_DAMAGED, refused.problem());
        }
    }
}
