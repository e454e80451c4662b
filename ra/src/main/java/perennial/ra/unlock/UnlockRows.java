// SPDX-License-Identifier: Apache-2.0
package perennial.ra.unlock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CardNumber;
import perennial.protocol.cmp.ProtocolException;

/// What is kept of each card that can be unlocked, in schema `ra`.
final class UnlockRows {
    private final DataSource database;

    UnlockRows(DataSource database) {
        this.database = database;
    }

    /// @param sealed verifier and PUK, sealed
    record Kept(byte[] sealed, int triesLeft) {}

    /// Replaces what is kept of the card; its tries begin anew.
    void keep(CardNumber card, byte[] sealed, int tries) {
        run(
                """
                INSERT INTO ra.unlock_secret (card_number, sealed, tries_left)
                VALUES (?, ?, ?)
                ON CONFLICT (card_number) DO UPDATE
                SET sealed = EXCLUDED.sealed, tries_left = EXCLUDED.tries_left
                """,
                statement -> {
                    statement.setString(1, card.value());
                    statement.setBytes(2, sealed);
                    statement.setInt(3, tries);
                    return statement.executeUpdate();
                });
    }

    /// Takes one try away before it is used, so that nodes and threads cannot use one twice; empty
    /// when the card is unknown or has none left.
    Optional<Kept> takeTry(CardNumber card) {
        return run(
                """
                UPDATE ra.unlock_secret SET tries_left = tries_left - 1
                WHERE card_number = ? AND tries_left > 0
                RETURNING sealed, tries_left
                """,
                statement -> {
                    statement.setString(1, card.value());
                    try (ResultSet rows = statement.executeQuery()) {
                        return rows.next()
                                ? Optional.of(new Kept(rows.getBytes(1), rows.getInt(2)))
                                : Optional.empty();
                    }
                });
    }

    /// After a right code.
    void giveTries(CardNumber card, int tries) {
        run(
                "UPDATE ra.unlock_secret SET tries_left = ? WHERE card_number = ?",
                statement -> {
                    statement.setInt(1, tries);
                    statement.setString(2, card.value());
                    return statement.executeUpdate();
                });
    }

    private interface Work<T> {
        T on(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String sql, Work<T> work) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            return work.on(statement);
        } catch (SQLException e) {
            throw new ProtocolException(
                    Problem.DATABASE_UNAVAILABLE,
                    FailInfo.systemUnavail,
                    "the register answers SQLSTATE " + e.getSQLState(),
                    e);
        }
    }
}
