// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import javax.sql.DataSource;

/// The register of renewals in PostgreSQL, schema `ra`; the one place of its SQL.
public final class RenewalRegister {
    private final DataSource database;

    /// @param database whose schema `ra` has been migrated with the scripts in `perennial/ra/db`
    public RenewalRegister(DataSource database) {
        this.database = database;
    }

    @Override
    public String toString() {
        return "RenewalRegister[%s]".formatted(database);
    }
}
