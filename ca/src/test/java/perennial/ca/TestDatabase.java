// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/// One PostgreSQL for all tests of the module; each test that wants one gets a database of its own,
/// copied from a migrated one.
final class TestDatabase {
    private static final EmbeddedPostgres SERVER = start();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestDatabase() {}

    /// A fresh, migrated database.
    static DataSource fresh() {
        String name = "test_" + COUNT.incrementAndGet();
        try (var connection = SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE migrated");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        return CrlProgram.database(SERVER.getPort(), name);
    }

    /// Where another process finds a database that [#fresh] has made.
    static String address(DataSource fresh) {
        return ((PGSimpleDataSource) fresh).getUrl();
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server =
                    EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
            try (var connection = server.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE migrated");
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
            Flyway.configure()
                    .dataSource(server.getDatabase("postgres", "migrated"))
                    .schemas("ca")
                    .locations("classpath:perennial/ca/db")
                    .load()
                    .migrate();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
