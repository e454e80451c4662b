// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import perennial.core.advice.Problem;

/// Brings a schema of ours up to date.
public final class Migrations {
    private Migrations() {}

    /// @param schema `ca` or `ra`; made when absent
    /// @throws Failure DATABASE_UNAVAILABLE
    public static void migrate(DataSource database, String schema) {
        try {
            Flyway.configure()
                    .dataSource(database)
                    .schemas(schema)
                    .locations("classpath:perennial/%s/db".formatted(schema))
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new Failure(
                    Problem.DATABASE_UNAVAILABLE,
                    "schema %s: %s".formatted(schema, e.getMessage()),
                    e);
        }
    }
}
