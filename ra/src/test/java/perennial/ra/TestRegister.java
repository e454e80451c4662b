// SPDX-License-Identifier: Apache-2.0
package perennial.ra;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// A PostgreSQL of its own with the register's schema.
public final class TestRegister implements AutoCloseable {
    private final EmbeddedPostgres postgres;

    public TestRegister() throws IOException {
        postgres = EmbeddedPostgres.start();
        Flyway.configure()
                .dataSource(database())
                .schemas("ra")
                .locations("classpath:perennial/ra/db")
                .load()
                .migrate();
    }

    public DataSource database() {
        return postgres.getPostgresDatabase();
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
