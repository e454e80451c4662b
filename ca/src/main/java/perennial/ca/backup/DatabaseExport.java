// SPDX-License-Identifier: Apache-2.0
package perennial.ca.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// Writes all rows of the authority's tables as lines of JSON, of one moment, while the authority
/// goes on. Memory does not grow with the tables.
///
/// ```
/// {"format":"1","schema":"7"}
/// {"table":"authority","columns":"authority_id name …"}
/// ["1","issuing",…]
/// {"table":"authority","rows":"1","sha256":"…"}
/// ```
public final class DatabaseExport {
    static final String FORMAT = "1";
    private static final int FETCH = 1000;

    private static final String SCHEMA_VERSION =
            """
            SELECT version FROM ca.flyway_schema_history
            WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1
            """;

    private final DataSource database;

    public DatabaseExport(DataSource database) {
        this.database = database;
    }

    /// @throws CaException DATABASE_UNAVAILABLE
    public List<TableSum> write(OutputStream out) throws IOException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            try {
                return write(connection, out);
            } finally {
                connection.rollback();
                connection.setReadOnly(false);
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /// In the connection's transaction.
    static List<TableSum> write(Connection connection, OutputStream out)
            throws SQLException, IOException {
        setUtc(connection);
        line(out, JsonLines.object(Map.of("format", FORMAT, "schema", schemaVersion(connection))));
        List<TableSum> sums = new ArrayList<>();
        for (Table table : Table.all(connection)) {
            sums.add(write(connection, table, out));
        }
        out.flush();
        return sums;
    }

    /// Points in time are written in UTC, whatever the server's own zone is.
    static void setUtc(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL TIME ZONE 'UTC'");
        }
    }

    static String schemaVersion(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SCHEMA_VERSION)) {
            return row.next() ? row.getString(1) : "0";
        }
    }

    static CaException unavailable(SQLException e) {
        return new CaException(
                Problem.DATABASE_UNAVAILABLE, "the database did not answer: " + e.getSQLState(), e);
    }

    private static TableSum write(Connection connection, Table table, OutputStream out)
            throws SQLException, IOException {
        Map<String, String> head = new LinkedHashMap<>();
        head.put("table", table.name());
        head.put("columns", String.join(" ", table.columns().keySet()));
        line(out, JsonLines.object(head));
        MessageDigest digest = sha256();
        long rows = 0;
        try (PreparedStatement statement = connection.prepareStatement(table.select())) {
            statement.setFetchSize(FETCH);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    digest.update(line(out, JsonLines.row(values(result, table))));
                    rows++;
                }
            }
        }
        TableSum sum = new TableSum(table.name(), rows, HexFormat.of().formatHex(digest.digest()));
        line(out, JsonLines.object(members(sum)));
        return sum;
    }

    private static List<@Nullable String> values(ResultSet row, Table table) throws SQLException {
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 1; i <= table.columns().size(); i++) {
            values.add(row.getString(i));
        }
        return values;
    }

    static Map<String, String> members(TableSum sum) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("table", sum.table());
        members.put("rows", Long.toString(sum.rows()));
        members.put("sha256", sum.sha256());
        return members;
    }

    private static byte[] line(OutputStream out, String text) throws IOException {
        byte[] octets = (text + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(octets);
        return octets;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
