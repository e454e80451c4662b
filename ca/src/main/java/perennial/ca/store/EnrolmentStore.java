// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import perennial.core.certificate.SerialNumber;

/// Enrolments over CMP and the secrets that some of them are asked for with.
public final class EnrolmentStore {
    private static final String FIND =
            """
            SELECT transaction_id, begun_by, kind, profile, subject, key_algorithm,
                   public_key, proof, replaces, not_after, implicit_confirm, confirm_by, ending
            FROM ca.cmp_enrolment WHERE transaction_id = ? AND authority_id = ?
            """;

    private static final String BEGIN =
            """
            INSERT INTO ca.cmp_enrolment (transaction_id, authority_id, begun_by, kind, profile,
                                          subject, key_algorithm, public_key, proof, replaces,
                                          not_after, implicit_confirm)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS bytea), CAST(? AS timestamptz), ?)
            ON CONFLICT DO NOTHING
            """;

    private static final String ISSUED =
            """
            UPDATE ca.cmp_enrolment
            SET confirm_by = ?,
                ending = CASE WHEN implicit_confirm THEN 'IMPLICITLY_CONFIRMED' ELSE ending END
            WHERE transaction_id = ? AND authority_id = ? AND confirm_by IS NULL
            """;

    private static final String END =
            """
            UPDATE ca.cmp_enrolment SET ending = ?
            WHERE transaction_id = ? AND authority_id = ? AND ending = 'OPEN'
            """;

    private static final String OVERDUE =
            """
            SELECT transaction_id, begun_by, kind, profile, subject, key_algorithm,
                   public_key, proof, replaces, not_after, implicit_confirm, confirm_by, ending
            FROM ca.cmp_enrolment
            WHERE authority_id = ? AND ending = 'OPEN' AND confirm_by < ?
            ORDER BY confirm_by LIMIT ?
            """;

    private static final String GRANT =
            """
            INSERT INTO ca.enrolment_secret (reference, authority_id, subject, profile, expires_at)
            VALUES (?, ?, ?, ?, ?)
            """;

    private static final String GRANTED =
            """
            SELECT reference, subject, profile, expires_at, used_by
            FROM ca.enrolment_secret WHERE reference = ? AND authority_id = ?
            """;

    private static final String USE =
            """
            UPDATE ca.enrolment_secret SET used_by = ?
            WHERE reference = ? AND authority_id = ? AND (used_by IS NULL OR used_by = ?)
            """;

    private final Database database;
    private final short authority;

    /// @param authority whose enrolments these are, see [AuthorityStore#bind]
    public EnrolmentStore(Database database, short authority) {
        this.database = database;
        this.authority = authority;
    }

    /// An enrolment as it was asked for, and how it stands.
    ///
    /// @param begunBy who asked for it and may go on with it
    /// @param subject DER
    /// @param keyAlgorithm the JDK's name
    /// @param key SubjectPublicKeyInfo, DER
    /// @param confirmBy absent until the certificate is issued
    public record Begun(
            UUID transaction,
            String begunBy,
            String kind,
            String profile,
            byte[] subject,
            String keyAlgorithm,
            byte[] key,
            String proof,
            Optional<SerialNumber> replaces,
            Optional<Instant> notAfter,
            boolean implicitConfirm,
            Optional<Instant> confirmBy,
            String ending) {}

    /// What the secret of a reference was given for.
    ///
    /// @param subject DER
    /// @param usedBy the transaction that it serves
    public record Grant(
            byte[] reference,
            byte[] subject,
            String profile,
            Instant expiresAt,
            Optional<UUID> usedBy) {}

    public Optional<Begun> find(UUID transaction) {
        return database.one(FIND, EnrolmentStore::begun, transaction, authority);
    }

    /// @return false, and nothing is written, when the transaction is taken
    public boolean begin(Begun begun) {
        return database.update(
                        BEGIN,
                        begun.transaction(),
                        authority,
                        begun.begunBy(),
                        begun.kind(),
                        begun.profile(),
                        begun.subject(),
                        begun.keyAlgorithm(),
                        begun.key(),
                        begun.proof(),
                        begun.replaces().map(IssuanceStore::octets).orElse(null),
                        begun.notAfter().orElse(null),
                        begun.implicitConfirm())
                == 1;
    }

    /// The certificate is issued; from the first time on the confirmation is waited for, or it is
    /// implicitly confirmed.
    public void issued(UUID transaction, Instant confirmBy) {
        database.update(ISSUED, confirmBy, transaction, authority);
    }

    /// Ends what is open; what has ended stays as it is.
    public void end(UUID transaction, String ending) {
        database.update(END, ending, transaction, authority);
    }

    /// Issued and not confirmed in time, the oldest first.
    public List<Begun> overdue(Instant now, int most) {
        return database.all(OVERDUE, EnrolmentStore::begun, authority, now, most);
    }

    /// @throws perennial.ca.CaException when the reference is taken
    public void grant(Grant grant) {
        database.update(
                GRANT,
                grant.reference(),
                authority,
                grant.subject(),
                grant.profile(),
                grant.expiresAt());
    }

    public Optional<Grant> granted(byte[] reference) {
        return database.one(GRANTED, EnrolmentStore::grant, reference, authority);
    }

    /// Ties a secret to the one transaction that it serves.
    ///
    /// @return false when it serves another one
    public boolean use(byte[] reference, UUID transaction) {
        return database.update(USE, transaction, reference, authority, transaction) == 1;
    }

    private static Begun begun(ResultSet row) throws SQLException {
        byte @Nullable [] replaces = row.getBytes("replaces");
        return new Begun(
                row.getObject("transaction_id", UUID.class),
                row.getString("begun_by"),
                row.getString("kind"),
                row.getString("profile"),
                row.getBytes("subject"),
                row.getString("key_algorithm"),
                row.getBytes("public_key"),
                row.getString("proof"),
                Optional.ofNullable(replaces).map(IssuanceStore::serialNumber),
                instant(row, "not_after"),
                row.getBoolean("implicit_confirm"),
                instant(row, "confirm_by"),
                row.getString("ending"));
    }

    private static Grant grant(ResultSet row) throws SQLException {
        return new Grant(
                row.getBytes("reference"),
                row.getBytes("subject"),
                row.getString("profile"),
                Database.instant(row, "expires_at"),
                Optional.ofNullable(row.getObject("used_by", UUID.class)));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
