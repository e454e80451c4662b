// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import perennial.core.certificate.SerialNumber;

/// Looks into the database behind the authority's back.
final class Rows {
    private Rows() {}

    static int count(DataSource database, String table) {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT count(*) FROM " + table)) {
            result.next();
            return result.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Serial numbers that were written down and have no certificate yet.
    static List<SerialNumber> intendedOnly(DataSource database) {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var result =
                        statement.executeQuery(
                                """
                                SELECT serial_number FROM ca.issuance_intent
                                WHERE serial_number NOT IN
                                    (SELECT serial_number FROM ca.certificate)
                                """)) {
            List<SerialNumber> serials = new ArrayList<>();
            while (result.next()) {
                serials.add(new SerialNumber(new BigInteger(result.getBytes(1))));
            }
            return serials;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static void execute(DataSource database, String sql) {
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
