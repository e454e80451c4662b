// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;

/// What `docs/operations.md` tells operators to do, with PostgreSQL's own base backup and
/// write-ahead log, to a moment between two certificates.
class PointInTimeTest {
    @TempDir private Path folder;

    private static EmbeddedPostgres server(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }

    private void archive(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET archive_mode = on");
            statement.execute(
                    "ALTER SYSTEM SET archive_command = 'test ! -f %s/%%f && cp %%p %s/%%f'"
                            .formatted(folder.resolve("wal"), folder.resolve("wal")));
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void a_database_is_put_back_to_a_moment_between_two_certificates() throws Exception {
        Files.createDirectory(folder.resolve("wal"));
        Path copy = folder.resolve("copy");
        Certificate before;
        Certificate between;
        Certificate after;
        String moment;
        try (EmbeddedPostgres server = server(folder.resolve("data"));
                Connection connection = server.getPostgresDatabase().getConnection()) {
            archive(connection);
        }
        try (EmbeddedPostgres server = server(folder.resolve("data"))) {
            DataSource database = server.getPostgresDatabase();
            Flyway.configure()
                    .dataSource(database)
                    .schemas("ca")
                    .locations("classpath:perennial/ca/db")
                    .load()
                    .migrate();
            LocalCa ca = Authorities.open(folder.resolve("keys"), database, Clock.systemUTC());
            before = accepted(ca.issue(first(1, key(1))));
            try (Connection connection = database.getConnection()) {
                baseBackup(connection, folder.resolve("data"), copy);
                between = accepted(ca.issue(first(2, key(2))));
                moment = one(connection, "SELECT clock_timestamp()");
                after = accepted(ca.issue(first(3, key(3))));
                awaitArchived(connection);
            }
        }
        Files.createFile(copy.resolve("recovery.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                """
                restore_command = 'cp %s/%%f %%p'
                recovery_target_time = '%s'
                recovery_target_action = 'promote'
                """
                        .formatted(folder.resolve("wal"), moment),
                StandardOpenOption.APPEND,
                StandardOpenOption.CREATE);

        try (EmbeddedPostgres server = server(copy)) {
            DataSource database = server.getPostgresDatabase();
            try (Connection connection = database.getConnection()) {
                while (one(connection, "SELECT pg_is_in_recovery()").equals("t")) {
                    one(connection, "SELECT pg_sleep(0.05)");
                }
            }
            LocalCa ca = Authorities.open(folder.resolve("keys"), database, Clock.systemUTC());
            assertInstanceOf(CertStatus.Good.class, ca.status(before.id()));
            assertInstanceOf(CertStatus.Good.class, ca.status(between.id()));
            assertInstanceOf(CertStatus.Unknown.class, ca.status(after.id()));
            assertEquals(between, accepted(ca.issue(first(2, key(2)))));
            assertEquals(3, Rows.count(database, "ca.certificate"), "and the OCSP signer's");
        }
    }

    /// `pg_basebackup` by hand: it is not among the embedded binaries.
    private static void baseBackup(Connection connection, Path data, Path copy)
            throws SQLException, IOException {
        one(connection, "SELECT pg_backup_start('test', true)");
        copy(data, copy);
        String label = one(connection, "SELECT labelfile FROM pg_backup_stop()");
        Files.writeString(copy.resolve("backup_label"), label);
    }

    private static void awaitArchived(Connection connection) throws SQLException {
        String last = one(connection, "SELECT pg_walfile_name(pg_switch_wal())");
        while (one(
                        connection,
                        "SELECT COALESCE(last_archived_wal >= '%s', false) FROM pg_stat_archiver"
                                .formatted(last))
                .equals("f")) {
            one(connection, "SELECT pg_sleep(0.05)");
        }
    }

    /// Files may change or go while they are copied; the log mends that.
    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes about)
                            throws IOException {
                        Path target = to.resolve(from.relativize(dir).toString());
                        Files.createDirectory(
                                target,
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rwx------")));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes about)
                            throws IOException {
                        String name = from.relativize(file).toString();
                        if (!name.startsWith("postmaster.") && !name.startsWith("pg_wal/0")) {
                            try {
                                Files.copy(
                                        file, to.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
                            } catch (NoSuchFileException e) {
                                return FileVisitResult.CONTINUE;
                            }
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
