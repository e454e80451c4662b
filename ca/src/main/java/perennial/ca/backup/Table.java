// SPDX-License-Identifier: Apache-2.0
package perennial.ca.backup;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A table of schema `ca`, as the database describes it: what a later version adds is copied too.
///
/// @param columns names in the database's order, each with its type
/// @param key names of the primary key's columns; of all columns when there is none
record Table(String name, Map<String, String> columns, List<String> key) {
    private static final String SCHEMA = "ca";
    private static final String MIGRATIONS = "flyway_schema_history";

    /// All of them, each after those that it refers to.
    static List<Table> all(Connection connection) throws SQLException {
        DatabaseMetaData about = connection.getMetaData();
        Map<String, Set<String>> references = new TreeMap<>();
        try (ResultSet tables = about.getTables(null, SCHEMA, "%", new String[] {"TABLE"})) {
            while (tables.next()) {
                String name = tables.getString("TABLE_NAME");
                if (!name.equals(MIGRATIONS)) {
                    references.put(name, referencesOf(about, name));
                }
            }
        }
        List<Table> ordered = new ArrayList<>();
        Set<String> done = new LinkedHashSet<>();
        while (done.size() < references.size()) {
            int before = done.size();
            for (Map.Entry<String, Set<String>> table : references.entrySet()) {
                if (!done.contains(table.getKey()) && done.containsAll(table.getValue())) {
                    done.add(table.getKey());
                    ordered.add(of(about, table.getKey()));
                }
            }
            if (done.size() == before) {
                throw new IllegalStateException("tables refer to each other: " + references);
            }
        }
        return ordered;
    }

    private static Table of(DatabaseMetaData about, String name) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (ResultSet found = about.getColumns(null, SCHEMA, name, "%")) {
            while (found.next()) {
                if (!"YES".equals(found.getString("IS_GENERATEDCOLUMN"))) {
                    columns.put(found.getString("COLUMN_NAME"), type(found.getString("TYPE_NAME")));
                }
            }
        }
        Map<Integer, String> key = new TreeMap<>();
        try (ResultSet found = about.getPrimaryKeys(null, SCHEMA, name)) {
            while (found.next()) {
                key.put(found.getInt("KEY_SEQ"), found.getString("COLUMN_NAME"));
            }
        }
        return new Table(
                name,
                columns,
                key.isEmpty() ? List.copyOf(columns.keySet()) : List.copyOf(key.values()));
    }

    private static Set<String> referencesOf(DatabaseMetaData about, String name)
            throws SQLException {
        Set<String> references = new LinkedHashSet<>();
        try (ResultSet keys = about.getImportedKeys(null, SCHEMA, name)) {
            while (keys.next()) {
                references.add(keys.getString("PKTABLE_NAME"));
            }
        }
        references.remove(name);
        return references;
    }

    /// The driver names a column with a sequence after it.
    private static String type(String named) {
        return switch (named) {
            case "bigserial" -> "int8";
            case "serial" -> "int4";
            case "smallserial" -> "int2";
            default -> named;
        };
    }

    /// All rows as text, in an order that does not depend on the database's language.
    String select() {
        return "SELECT %s FROM ca.%s ORDER BY %s"
                .formatted(
                        columns.keySet().stream()
                                .map("CAST(\"%s\" AS text)"::formatted)
                                .collect(Collectors.joining(", ")),
                        quoted(name),
                        key.stream().map(this::ordered).collect(Collectors.joining(", ")));
    }

    String insert() {
        return "INSERT INTO ca.%s (%s) VALUES (%s)"
                .formatted(
                        quoted(name),
                        columns.keySet().stream()
                                .map(Table::quoted)
                                .collect(Collectors.joining(", ")),
                        columns.values().stream()
                                .map("CAST(? AS %s)"::formatted)
                                .collect(Collectors.joining(", ")));
    }

    String count() {
        return "SELECT count(*) FROM (SELECT 1 FROM ca.%s LIMIT 1) AS any_row"
                .formatted(quoted(name));
    }

    private String ordered(String column) {
        return "text".equals(columns.get(column))
                ? quoted(column) + " COLLATE \"C\""
                : quoted(column);
    }

    private static String quoted(String name) {
        return "\"" + name + "\"";
    }
}
