// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.protocol.cmp.ProtocolException;

/// Work on the database, all of it or none.
final class Transactions {
    private final DataSource database;

    Transactions(DataSource database) {
        this.database = database;
    }

    /// What is done with one connection in one transaction.
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /// @throws ProtocolException DATABASE_UNAVAILABLE, and then nothing has been changed unless the
    ///   connection broke during the commit; repeating it is safe either way
    <T> T run(Work<T> work) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            boolean committed = false;
            try {
                T value = work.on(connection);
                connection.commit();
                committed = true;
                return value;
            } finally {
                if (!committed) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new ProtocolException(
                    Problem.DATABASE_UNAVAILABLE,
                    FailInfo.systemUnavail,
                    "the register answers SQLSTATE " + e.getSQLState(),
                    e);
        }
    }
}
