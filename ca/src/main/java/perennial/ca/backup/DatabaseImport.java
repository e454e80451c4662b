// SPDX-License-Identifier: Apache-2.0
package perennial.ca.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// Reads what [DatabaseExport] writes into an empty, migrated database, in one transaction, and
/// compares every table with what was written before it commits.
public final class DatabaseImport {
    private static final int BATCH = 1000;

    private static final String RAISE_CRL_NUMBERS =
            "UPDATE ca.authority SET crl_number = crl_number + ?";

    private final DataSource database;

    public DatabaseImport(DataSource database) {
        this.database = database;
    }

    /// @param raiseCrlNumbers is added to each authority's CRL number once all has been compared:
    ///   more than can have been used since the copy was made (RFC 5280 5.2.3); 0 for a move
    /// @return the sums, which are the export's
    /// @throws CaException NOT_EMPTY, BACKUP_INVALID, DATABASE_UNAVAILABLE; then nothing was
    ///   written
    public List<TableSum> read(InputStream in, long raiseCrlNumbers) throws IOException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                List<TableSum> sums = read(connection, in);
                raise(connection, raiseCrlNumbers);
                connection.commit();
                return sums;
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw DatabaseExport.unavailable(e);
        }
    }

    private static List<TableSum> read(Connection connection, InputStream in)
            throws SQLException, IOException {
        DatabaseExport.setUtc(connection);
        List<Table> tables = Table.all(connection);
        for (Table table : tables) {
            requireEmpty(connection, table);
        }
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        Map<String, String> head = JsonLines.object(next(lines));
        requireSame("format", DatabaseExport.FORMAT, head.get("format"));
        requireSame("schema version", DatabaseExport.schemaVersion(connection), head.get("schema"));
        List<TableSum> announced = new ArrayList<>();
        for (Table table : tables) {
            announced.add(read(connection, table, lines));
        }
        if (lines.readLine() != null) {
            throw new CaException(Problem.BACKUP_INVALID, "more tables than this version knows");
        }
        List<TableSum> now = DatabaseExport.write(connection, OutputStream.nullOutputStream());
        requireSame("tables", now, announced);
        return now;
    }

    private static TableSum read(Connection connection, Table table, BufferedReader lines)
            throws SQLException, IOException {
        Map<String, String> head = JsonLines.object(next(lines));
        requireSame("table", table.name(), head.get("table"));
        requireSame(
                "columns of " + table.name(),
                String.join(" ", table.columns().keySet()),
                head.get("columns"));
        String line = next(lines);
        try (PreparedStatement insert = connection.prepareStatement(table.insert())) {
            int waiting = 0;
            while (line.startsWith("[")) {
                set(insert, JsonLines.row(line), table);
                insert.addBatch();
                if (++waiting == BATCH) {
                    insert.executeBatch();
                    waiting = 0;
                }
                line = next(lines);
            }
            insert.executeBatch();
        }
        Map<String, String> sum = JsonLines.object(line);
        requireSame("table", table.name(), sum.get("table"));
        try {
            return new TableSum(
                    table.name(),
                    Long.parseLong(sum.getOrDefault("rows", "")),
                    sum.getOrDefault("sha256", ""));
        } catch (NumberFormatException e) {
            throw new CaException(Problem.BACKUP_INVALID, "no number of rows", e);
        }
    }

    private static void set(PreparedStatement insert, List<@Nullable String> values, Table table)
            throws SQLException {
        requireSame("columns of " + table.name(), table.columns().size(), values.size());
        for (int i = 0; i < values.size(); i++) {
            insert.setString(i + 1, values.get(i));
        }
    }

    private static void raise(Connection connection, long by) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RAISE_CRL_NUMBERS)) {
            statement.setLong(1, by);
            statement.executeUpdate();
        }
    }

    private static void requireEmpty(Connection connection, Table table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(table.count())) {
            count.next();
            if (count.getLong(1) > 0) {
                throw new CaException(
                        Problem.NOT_EMPTY, "table %s has rows".formatted(table.name()));
            }
        }
    }

    private static void requireSame(String what, Object expected, @Nullable Object got) {
        if (!expected.equals(got)) {
            throw new CaException(
                    Problem.BACKUP_INVALID,
                    "%s: expected %s, got %s".formatted(what, expected, got));
        }
    }

    private static String next(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new CaException(Problem.BACKUP_INVALID, "it ends too early");
        }
        return line;
    }
}
