// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import perennial.core.advice.Problem;

/// A PostgreSQL of our own in a folder, or a connection to the one that already runs there.
///
/// Only who can read the folder gets in: the superuser has a random password, kept beside it.
///
/// A server that outlived its program (killed without mercy) is stopped at the next start; its data
/// is safe, as a database's is.
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(20);

    private static final String ACCESS = "host all postgres 127.0.0.1/32 scram-sha-256\n";

    private final Optional<EmbeddedPostgres> server;
    private final HikariDataSource pool;

    private EmbeddedDatabase(Optional<EmbeddedPostgres> server, HikariDataSource pool) {
        this.server = server;
        this.pool = pool;
    }

    /// Starts the server in the folder and brings the schemas up to date.
    ///
    /// @throws Failure DATABASE_UNAVAILABLE
    public static EmbeddedDatabase start(Path folder) {
        stopLeftover(folder);
        try {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            String password = password(folder);
            EmbeddedPostgres server =
                    EmbeddedPostgres.builder()
                            .setDataDirectory(folder)
                            .setCleanDataDirectory(false)
                            .setRegisterShutdownHook(false)
                            .setOverrideWorkingDirectory(
                                    UserCache.folder().resolve("postgres").toFile())
                            .setPGStartupWait(START)
                            .setConnectConfig("password", password)
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .setServerConfig("max_connections", "40")
                            .setServerConfig("shared_buffers", "32MB")
                            .setServerConfig("listen_addresses", "127.0.0.1")
                            .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                            .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                            .start();
            closeToOthers(server, folder, password);
            EmbeddedDatabase database =
                    new EmbeddedDatabase(Optional.of(server), pool(server.getPort(), password));
            database.migrate();
            return database;
        } catch (IOException | SQLException | RuntimeException e) {
            throw new Failure(
                    Problem.DATABASE_UNAVAILABLE,
                    "PostgreSQL in %s: %s".formatted(folder, e.getMessage()),
                    e);
        }
    }

    /// Connects to the server that runs in the folder, or starts it when none does.
    public static EmbeddedDatabase connectOrStart(Path folder) {
        Optional<Postmaster> running = Postmaster.of(folder);
        if (running.isEmpty()) {
            return start(folder);
        }
        try {
            return new EmbeddedDatabase(
                    Optional.empty(), pool(running.get().port(), password(folder)));
        } catch (IOException e) {
            throw new Failure(Problem.DATABASE_UNAVAILABLE, "password of %s".formatted(folder), e);
        }
    }

    public DataSource dataSource() {
        return pool;
    }

    private void migrate() {
        for (String schema : List.of("ca", "ra")) {
            Migrations.migrate(pool, schema);
        }
    }

    /// A new server trusts everybody on this computer; from its first minute on it does not.
    private static void closeToOthers(EmbeddedPostgres server, Path folder, String password)
            throws IOException, SQLException {
        Path access = folder.resolve("pg_hba.conf");
        if (Files.readString(access).equals(ACCESS)) {
            return;
        }
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE postgres PASSWORD '%s'".formatted(password));
            Files.writeString(access, ACCESS);
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    private static String password(Path folder) throws IOException {
        return OwnerOnlyFile.secret(
                folder.resolveSibling(folder.getFileName() + ".password"), new SecureRandom());
    }

    private static HikariDataSource pool(int port, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port));
        config.setUsername("postgres");
        config.setPassword(password);
        config.setMaximumPoolSize(12);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(10));
        return new HikariDataSource(config);
    }

    private static void stopLeftover(Path folder) {
        Optional<Postmaster> leftover = Postmaster.of(folder);
        if (leftover.isEmpty()) {
            return;
        }
        ProcessHandle process = leftover.get().process();
        process.destroy();
        try {
            process.onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new Failure(
                    Problem.DATABASE_UNAVAILABLE,
                    "the PostgreSQL with process id %d still runs in %s"
                            .formatted(process.pid(), folder),
                    e);
        }
    }

    @Override
    public void close() {
        pool.close();
        server.ifPresent(running -> {
            try {
                running.close();
            } catch (IOException e) {
                throw new Failure(Problem.DATABASE_UNAVAILABLE, "PostgreSQL does not stop", e);
            }
        });
    }

    /// What postmaster.pid says: line 1 the process, line 4 the port.
    private record Postmaster(ProcessHandle process, int port) {
        static Optional<Postmaster> of(Path folder) {
            Path file = folder.resolve("postmaster.pid");
            if (!Files.isReadable(file)) {
                return Optional.empty();
            }
            try {
                List<String> lines = Files.readAllLines(file);
                return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                        .filter(p -> p.info().command().orElse("postgres").contains("postgres"))
                        .map(p -> new Postmaster(p, Integer.parseInt(lines.get(3).strip())));
            } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
                return Optional.empty();
            }
        }
    }
}
