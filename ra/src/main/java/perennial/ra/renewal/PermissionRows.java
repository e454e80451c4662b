// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import perennial.core.authority.ProofOfPossession;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;

/// The statements of [RenewalRegister] about re-keys: permissions and keys in succession.
final class PermissionRows {
    private PermissionRows() {}

    /// The secret of a renewal's permission; empty when there is none or it has been wiped.
    static Optional<ReKeyPermission> permission(Connection connection, RenewalId renewal)
            throws SQLException {
        return Sql.query(
                        connection,
                        "SELECT reference, secret FROM ra.permission"
                                + " WHERE renewal = ? AND secret IS NOT NULL",
                        row -> new ReKeyPermission(row.octets("reference"), row.octets("secret")),
                        renewal.value())
                .stream()
                .findFirst();
    }

    static void keepPermission(
            Connection connection, RenewalId renewal, ReKeyPermission permission, Instant now)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO ra.permission (renewal, reference, secret, granted)"
                        + " VALUES (?, ?, ?, ?)",
                renewal.value(),
                permission.reference(),
                permission.secret(),
                Sql.time(now));
    }

    /// What the permission of this reference was given for, whether it has ended or not.
    static Optional<RenewalId> renewalOf(Connection connection, byte[] reference)
            throws SQLException {
        return Sql.query(
                        connection,
                        "SELECT renewal FROM ra.permission WHERE reference = ?",
                        row -> new RenewalId(row.uuid("renewal")),
                        reference)
                .stream()
                .findFirst();
    }

    static void wipeSecret(Connection connection, RenewalId renewal) throws SQLException {
        Sql.update(
                connection,
                "UPDATE ra.permission SET secret = NULL WHERE renewal = ?",
                renewal.value());
    }

    /// Takes back permissions under which nobody has asked for a certificate. Where one has been
    /// asked for the old key may be gone, and the permission is all that the holder has left. What
    /// is taken back may be given anew: no trace stays.
    static void dropUnused(Connection connection, Instant grantedBefore) throws SQLException {
        Sql.update(
                connection,
                """
                DELETE FROM ra.permission p
                 USING ra.renewal r
                 WHERE r.id = p.renewal AND r.key IS NULL
                   AND p.secret IS NOT NULL AND p.granted < ?
                """,
                Sql.time(grantedBefore));
    }

    /// Remembers the renewal's present key, to be followed by another under another transaction.
    static void replaceKey(
            Connection connection, RegisteredRenewal renewal, UUID nextTransaction, Instant now)
            throws SQLException {
        RequestedKey replaced = renewal.requested().orElseThrow();
        Sql.update(
                connection,
                "INSERT INTO ra.replaced_key (renewal, authority_transaction, key_algorithm, key,"
                        + " proof, replaced) VALUES (?, ?, ?, ?, ?, ?)",
                renewal.id().value(),
                renewal.authorityTransaction(),
                replaced.key().getAlgorithm(),
                replaced.key().getEncoded(),
                replaced.proof().name(),
                Sql.time(now));
        Sql.update(
                connection,
                "UPDATE ra.renewal SET authority_transaction = ? WHERE id = ?",
                nextTransaction,
                renewal.id().value());
    }

    /// Latest first.
    static List<ReplacedKey> replacedKeys(Connection connection, RenewalId renewal)
            throws SQLException {
        return Sql.query(
                connection,
                "SELECT authority_transaction, key_algorithm, key, proof FROM ra.replaced_key"
                        + " WHERE renewal = ? ORDER BY replaced DESC",
                row ->
                        new ReplacedKey(
                                row.uuid("authority_transaction"),
                                RequestedKey.of(
                                        row.text("key_algorithm"),
                                        row.octets("key"),
                                        ProofOfPossession.valueOf(row.text("proof")))),
                renewal.value());
    }
}
