// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// Runs single statements, each its own transaction: what has to change together is one statement.
///
/// A statement that the database has rolled back for the sake of another one (SQLSTATE class 40)
/// has written nothing and is run again. Everywhere else it is not known what was written, and the
/// caller learns of it.
public final class Database {
    /// Distributed databases give this at the commit, as their everyday answer to a conflict.
    private static final Set<String> ROLLED_BACK = Set.of("40001", "40P01");

    private static final int MOST_RUNS = 10;

    private final DataSource source;

    public Database(DataSource source) {
        this.source = source;
    }

    /// @return the number of rows written
    /// @throws CaException DATABASE_UNAVAILABLE; then it is not known whether it was written
    int update(String sql, @Nullable Object... arguments) {
        return run(sql, arguments, PreparedStatement::executeUpdate);
    }

    <T> Optional<T> one(String sql, RowReader<T> reader, @Nullable Object... arguments) {
        List<T> rows = all(sql, reader, arguments);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
    }

    <T> List<T> all(String sql, RowReader<T> reader, @Nullable Object... arguments) {
        return run(
                sql,
                arguments,
                statement -> {
                    List<T> rows = new ArrayList<>();
                    try (ResultSet result = statement.executeQuery()) {
                        while (result.next()) {
                            rows.add(reader.read(result));
                        }
                    }
                    return rows;
                });
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private <T> T run(String sql, @Nullable Object[] arguments, Execution<T> execution) {
        int runs = 1;
        while (true) {
            try {
                return once(sql, arguments, execution);
            } catch (SQLException e) {
                if (runs == MOST_RUNS || !ROLLED_BACK.contains(String.valueOf(e.getSQLState()))) {
                    throw new CaException(
                            Problem.DATABASE_UNAVAILABLE,
                            "the database did not answer: " + e.getSQLState(),
                            e);
                }
                runs++;
            }
        }
    }

    private <T> T once(String sql, @Nullable Object[] arguments, Execution<T> execution)
            throws SQLException {
        try (Connection connection = source.getConnection()) {
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < arguments.length; i++) {
                    statement.setObject(i + 1, forSql(arguments[i]));
                }
                return execution.run(statement);
            }
        }
    }

    private static @Nullable Object forSql(@Nullable Object argument) {
        return argument instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : argument;
    }

    /// Reads the row the result stands on.
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    @FunctionalInterface
    private interface Execution<T> {
        T run(PreparedStatement statement) throws SQLException;
    }
}
