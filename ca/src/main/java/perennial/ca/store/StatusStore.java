// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// The status of each serial number of one authority.
public final class StatusStore {
    private static final int HOLD = RevocationReason.CERTIFICATE_HOLD.code();

    private static final String STATUS =
            """
            SELECT issued_at, revocation_time, revocation_reason, not_after
            FROM ca.certificate_status WHERE serial_number = ? AND authority_id = ?
            """;

    private static final String STATUS_AT_ANY =
            """
            SELECT issued_at, revocation_time, revocation_reason
            FROM ca.certificate_status WHERE serial_number = ?
            """;

    private static final String REVOKE =
            """
            WITH asked AS (
                SELECT CAST(? AS timestamptz) AS revocation_time, CAST(? AS smallint) AS reason,
                       CAST(? AS timestamptz) AS invalidity_date, CAST(? AS timestamptz) AS now),
            revoked AS (
                UPDATE ca.certificate_status s
                SET revocation_time = COALESCE(s.revocation_time, asked.revocation_time),
                    revocation_reason = asked.reason,
                    invalidity_date = CASE
                        WHEN s.invalidity_date < asked.invalidity_date THEN s.invalidity_date
                        ELSE COALESCE(asked.invalidity_date, s.invalidity_date) END,
                    status_changed_at = asked.now
                FROM asked
                WHERE s.serial_number = ? AND s.authority_id = ?
                  AND (s.revocation_time IS NULL OR s.revocation_reason = ?
                       OR (asked.reason = ? AND s.revocation_reason <> asked.reason)
                       OR (s.revocation_reason = asked.reason
                           AND asked.invalidity_date IS NOT NULL
                           AND (s.invalidity_date IS NULL
                                OR asked.invalidity_date < s.invalidity_date)))
                RETURNING s.serial_number)
            UPDATE ca.issuance_intent SET given_up = given_up OR ?
            WHERE serial_number IN (SELECT serial_number FROM revoked)
            """;

    private static final String SUSPEND =
            """
            UPDATE ca.certificate_status
            SET revocation_time = ?, revocation_reason = ?, invalidity_date = ?,
                status_changed_at = ?
            WHERE serial_number = ? AND authority_id = ? AND revocation_time IS NULL
              AND not_after >= ?
            """;

    private static final String RESUME =
            """
            UPDATE ca.certificate_status
            SET revocation_time = NULL, revocation_reason = NULL, invalidity_date = NULL,
                status_changed_at = ?
            WHERE serial_number = ? AND authority_id = ? AND revocation_reason = ?
            """;

    private final Database database;
    private final short authority;

    /// @param authority the number of the issuing key, see [AuthorityStore#bind]
    public StatusStore(Database database, short authority) {
        this.database = database;
        this.authority = authority;
    }

    /// A status, and until when the certificate is valid; empty for what was never intended.
    public record Standing(CertStatus status, Optional<Instant> notAfter) {}

    /// [#status] with the end of the certificate.
    public Standing standing(SerialNumber serialNumber) {
        return database.one(
                        STATUS,
                        row ->
                                new Standing(
                                        status(row),
                                        Optional.of(Database.instant(row, "not_after"))),
                        IssuanceStore.octets(serialNumber),
                        authority)
                .orElseGet(() -> new Standing(new CertStatus.Unknown(), Optional.empty()));
    }

    /// Unknown also for what is intended and not stored yet; revoked also for that, if it was.
    public CertStatus status(SerialNumber serialNumber) {
        return standing(serialNumber).status();
    }

    /// The status of a certificate that another of this database's authorities may have issued:
    /// after a roll-over the one before is asked about by the next.
    public CertStatus statusAtAny(SerialNumber serialNumber) {
        return database.one(STATUS_AT_ANY, StatusStore::status, IssuanceStore.octets(serialNumber))
                .orElseGet(CertStatus.Unknown::new);
    }

    /// Revokes for good. What was suspended keeps the time of its suspension: it has not been
    /// trusted since. What was revoked keeps its time, and its reason unless the new one is
    /// keyCompromise; of two invalidity dates the earlier stays. For cessationOfOperation the
    /// certificate is given up, and the one that it replaces may be renewed again.
    ///
    /// @return whether anything changed
    public boolean revoke(
            SerialNumber serialNumber,
            RevocationReason reason,
            Optional<Instant> invalidityDate,
            Instant now) {
        return database.update(
                        REVOKE,
                        seconds(now),
                        reason.code(),
                        invalidityDate.map(StatusStore::seconds).orElse(null),
                        now,
                        IssuanceStore.octets(serialNumber),
                        authority,
                        HOLD,
                        RevocationReason.KEY_COMPROMISE.code(),
                        reason == RevocationReason.CESSATION_OF_OPERATION)
                > 0;
    }

    /// Suspends what is not revoked and not expired.
    ///
    /// @return whether anything changed
    public boolean suspend(
            SerialNumber serialNumber, Optional<Instant> invalidityDate, Instant now) {
        return database.update(
                        SUSPEND,
                        seconds(now),
                        HOLD,
                        invalidityDate.map(StatusStore::seconds).orElse(null),
                        now,
                        IssuanceStore.octets(serialNumber),
                        authority,
                        now)
                > 0;
    }

    /// Resumes what is suspended.
    ///
    /// @return whether anything changed
    public boolean resume(SerialNumber serialNumber, Instant now) {
        return database.update(RESUME, now, IssuanceStore.octets(serialNumber), authority, HOLD)
                > 0;
    }

    /// As CRLs and OCSP answers have it.
    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    private static CertStatus status(ResultSet row) throws SQLException {
        if (row.getObject("revocation_time") != null) {
            return revocation(row);
        }
        return row.getObject("issued_at") == null
                ? new CertStatus.Unknown()
                : new CertStatus.Good();
    }

    private static CertStatus.Revoked revocation(ResultSet row) throws SQLException {
        Optional<RevocationReason> reason =
                RevocationReason.ofCode(row.getInt("revocation_reason"));
        return new CertStatus.Revoked(
                Database.instant(row, "revocation_time"),
                reason.orElse(RevocationReason.UNSPECIFIED));
    }
}
