// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Statements with their parameters in order, and rows with columns that are there.
final class Sql {
    private Sql() {}

    /// From a row to a value.
    @FunctionalInterface
    interface Reading<T> {
        T of(Row row) throws SQLException;
    }

    static <T> List<T> query(
            Connection connection, String sql, Reading<T> reading, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            fill(statement, parameters);
            List<T> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                Row row = new Row(rows);
                while (rows.next()) {
                    values.add(reading.of(row));
                }
            }
            return values;
        }
    }

    /// @return how many rows were changed
    static int update(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            fill(statement, parameters);
            return statement.executeUpdate();
        }
    }

    /// An instant as a parameter.
    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static void fill(PreparedStatement statement, @Nullable Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    /// The current row; a column that is null where a value is asked for is a failure.
    static final class Row {
        private final ResultSet rows;

        private Row(ResultSet rows) {
            this.rows = rows;
        }

        boolean has(String column) throws SQLException {
            return rows.getObject(column) != null;
        }

        String text(String column) throws SQLException {
            return present(column, rows.getString(column));
        }

        byte[] octets(String column) throws SQLException {
            return present(column, rows.getBytes(column));
        }

        UUID uuid(String column) throws SQLException {
            return present(column, rows.getObject(column, UUID.class));
        }

        Instant time(String column) throws SQLException {
            return present(column, rows.getObject(column, OffsetDateTime.class)).toInstant();
        }

        int number(String column) throws SQLException {
            return rows.getInt(column);
        }

        long identity(String column) throws SQLException {
            return rows.getLong(column);
        }

        private static <T> T present(String column, @Nullable T value) {
            if (value == null) {
                throw new IllegalStateException("column %s is null".formatted(column));
            }
            return value;
        }
    }
}
