// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;
import static perennial.ca.Authorities.renewal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.ca.backup.Backup;
import perennial.ca.backup.DatabaseExport;
import perennial.ca.backup.DatabaseImport;
import perennial.core.advice.Problem;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;

class BackupTest {
    @TempDir private Path folder;
    private final TickingClock clock = new TickingClock(Instant.parse("2026-03-01T00:00:00Z"));
    private final DataSource database = TestDatabase.fresh();
    private final DataSource empty = TestDatabase.fresh();
    private Path keys;
    private Path file;
    private LocalCa ca;
    private Certificate revoked;
    private Certificate old;
    private Certificate renewed;

    @BeforeEach
    void anAuthorityWithHistory() {
        keys = folder.resolve("keys");
        file = folder.resolve("backup.zip");
        ca = Authorities.open(keys, database, clock);
        revoked = accepted(ca.issue(first(1, key(1))));
        ca.revoke(revoked.id(), RevocationReason.KEY_COMPROMISE);
        old = accepted(ca.issue(first(2, key(2))));
        renewed = accepted(ca.issue(renewal(3, old)));
        ca.crl();
    }

    private static String export(DataSource database) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new DatabaseExport(database).write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /// Every row of every table, as PostgreSQL itself writes it.
    private static List<String> rows(DataSource database) {
        List<String> rows = new ArrayList<>();
        try (var connection = database.getConnection();
                var tables =
                        connection
                                .createStatement()
                                .executeQuery(
                                        """
                                        SELECT table_name FROM information_schema.tables
                                        WHERE table_schema = 'ca' AND table_name NOT LIKE 'flyway%'
                                        ORDER BY 1
                                        """)) {
            while (tables.next()) {
                String table = tables.getString(1);
                try (var result =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT CAST(t AS text) FROM ca.%s t ORDER BY 1"
                                                .formatted(table))) {
                    while (result.next()) {
                        rows.add(table + result.getString(1));
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    private void read(String export) throws IOException {
        new DatabaseImport(empty)
                .read(new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static long crlNumber(byte[] crl) throws Exception {
        X509CRL read =
                (X509CRL)
                        CertificateFactory.getInstance("X.509")
                                .generateCRL(new ByteArrayInputStream(crl));
        return ASN1Integer.getInstance(
                        ASN1OctetString.getInstance(read.getExtensionValue("2.5.29.20"))
                                .getOctets())
                .longValueExact();
    }

    @Test
    void an_export_imported_elsewhere_gives_equal_rows() throws IOException {
        String export = export(database);
        assertTrue(rows(database).size() >= 12, "authority, 4 intents, 4 states, 4 certificates");

        read(export);

        assertEquals(rows(database), rows(empty));
        assertEquals(export, export(empty));
    }

    @Test
    void an_import_refuses_what_was_changed_and_keeps_nothing_of_it() throws IOException {
        String export = export(database);
        List<String> lines = export.lines().toList();
        List<String> harmed = new ArrayList<>();
        harmed.add(export.replaceFirst("holder-signature", "holder-encryption"));
        harmed.add(export.substring(0, export.length() / 2));
        harmed.add(export.replaceFirst("\"schema\":\"", "\"schema\":\"9"));
        for (int i = 0; i < lines.size(); i++) {
            List<String> without = new ArrayList<>(lines);
            without.remove(i);
            harmed.add(String.join("\n", without) + "\n");
        }
        for (String bad : harmed) {
            CaException refused = assertThrows(CaException.class, () -> read(bad));
            assertTrue(
                    List.of(Problem.BACKUP_INVALID, Problem.DATABASE_UNAVAILABLE)
                            .contains(refused.problem()));
            assertEquals(List.of(), rows(empty));
        }
    }

    @Test
    void an_import_into_a_database_with_rows_is_refused() {
        List<String> before = rows(database);
        CaException refused =
                assertThrows(
                        CaException.class,
                        () ->
                                new DatabaseImport(database)
                                        .read(
                                                new ByteArrayInputStream(
                                                        export(database)
                                                                .getBytes(StandardCharsets.UTF_8)),
                                                0));
        assertEquals(Problem.NOT_EMPTY, refused.problem());
        assertEquals(before, rows(database));
    }

    @Test
    void c7_a_restored_authority_is_the_same_and_its_crl_numbers_go_on_above() throws Exception {
        List<String> before = rows(database);
        long number = crlNumber(ca.crl());
        Backup.Manifest taken = new Backup(database, keys).write(file, clock);
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofDays(1));
            assertTrue(crlNumber(ca.crl()) > number, "used after the backup");
            number = crlNumber(ca.crl());
        }

        Path otherKeys = folder.resolve("elsewhere");
        Backup.Manifest restored = new Backup(empty, otherKeys).restore(file);

        assertEquals(taken, restored);
        assertEquals(Backup.verify(file).sha256(), taken.sha256());
        String floor = "crl_number";
        assertEquals(
                before.stream().filter(row -> !row.startsWith("authority(")).toList(),
                rows(empty).stream().filter(row -> !row.startsWith("authority(")).toList(),
                "all but " + floor);
        for (Path key : files(keys)) {
            Path copy = otherKeys.resolve(key.getFileName());
            assertArrayEquals(Files.readAllBytes(key), Files.readAllBytes(copy));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
        }
        LocalCa again = Authorities.open(otherKeys, empty, clock);
        assertEquals(ca.chain(), again.chain());
        assertInstanceOf(CertStatus.Revoked.class, again.status(revoked.id()));
        assertInstanceOf(CertStatus.Good.class, again.status(renewed.id()));
        assertEquals(renewed, accepted(again.issue(renewal(3, old))));
        assertTrue(crlNumber(again.crl()) > number, "no number is used twice");
    }

    @Test
    void a_changed_backup_is_refused_before_anything_is_written() throws IOException {
        Backup.Manifest taken = new Backup(database, keys).write(file, clock);
        byte[] whole = Files.readAllBytes(file);
        Path bad = folder.resolve("bad.zip");
        int refused = 0;
        int tried = 0;
        for (int i = 0; i < whole.length; i += 1 + whole.length / 400) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            Files.write(bad, changed);
            tried++;
            try {
                // What is left, times and attributes in the container, is not content.
                assertEquals(taken, Backup.verify(bad), "octet " + i);
            } catch (CaException e) {
                assertEquals(Problem.BACKUP_INVALID, e.problem(), "octet " + i);
                refused++;
            }
        }
        assertTrue(refused > tried * 9 / 10, "%d of %d".formatted(refused, tried));

        Files.write(bad, Arrays.copyOf(whole, whole.length / 2));
        Path target = folder.resolve("target");
        assertThrows(CaException.class, () -> new Backup(empty, target).restore(bad));
        assertEquals(List.of(), rows(empty));
        assertFalse(Files.exists(target));
    }

    @Test
    void a_backup_neither_overwrites_nor_is_restored_over_anything() {
        Backup backup = new Backup(database, keys);
        Backup.Manifest first = backup.write(file, clock);
        assertEquals(
                Problem.NOT_EMPTY,
                assertThrows(CaException.class, () -> backup.write(file, clock)).problem());
        assertEquals(
                Problem.NOT_EMPTY,
                assertThrows(CaException.class, () -> backup.restore(file)).problem());
        assertEquals(
                Problem.NOT_EMPTY,
                assertThrows(CaException.class, () -> new Backup(empty, keys).restore(file))
                        .problem());
        clock.advance(Duration.ofSeconds(1));
        assertNotEquals(first, backup.write(folder.resolve("second.zip"), clock));
    }
}
