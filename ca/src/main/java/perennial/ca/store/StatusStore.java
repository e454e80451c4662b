// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// The status of each serial number of one authority.
public final class StatusStore {
    private static final int HOLD = RevocationReason.CERTIFICATE_HOLD.code();

    private static final String STATUS =
            """
            SELECT issued_at, revocation_time, revocation_reason
            FROM ca.certificate_status WHERE serial_number = ? AND authority_id = ?
            """;

    private static final String REVOKE =
            """
            WITH revoked AS (
                UPDATE ca.certificate_status
                SET revocation_time = COALESCE(revocation_time, ?), revocation_reason = ?
                WHERE serial_number = ? AND authority_id = ?
                  AND (revocation_time IS NULL OR revocation_reason = ?)
                RETURNING serial_number)
            UPDATE ca.issuance_intent SET given_up = ?
            WHERE serial_number IN (SELECT serial_number FROM revoked)
            """;

    private static final String SUSPEND =
            """
            UPDATE ca.certificate_status SET revocation_time = ?, revocation_reason = ?
            WHERE serial_number = ? AND authority_id = ? AND revocation_time IS NULL
            """;

    private static final String RESUME =
            """
            UPDATE ca.certificate_status SET revocation_time = NULL, revocation_reason = NULL
            WHERE serial_number = ? AND authority_id = ? AND revocation_reason = ?
            """;

    private static final String REVOKED =
            """
            SELECT serial_number, revocation_time, revocation_reason
            FROM ca.certificate_status
            WHERE authority_id = ? AND revocation_time IS NOT NULL ORDER BY serial_number
            """;

    private final Database database;
    private final short authority;

    /// @param authority the number of the issuing key, see [AuthorityStore#bind]
    public StatusStore(Database database, short authority) {
        this.database = database;
        this.authority = authority;
    }

    /// A revoked serial number, as the CRL lists it.
    public record Entry(SerialNumber serialNumber, CertStatus.Revoked revoked) {}

    /// Unknown also for what is intended and not stored yet; revoked also for that, if it was.
    public CertStatus status(SerialNumber serialNumber) {
        return database.one(
                        STATUS, StatusStore::status, IssuanceStore.octets(serialNumber), authority)
                .orElseGet(CertStatus.Unknown::new);
    }

    /// Revokes for good. What was suspended keeps the time of its suspension: it has not been
    /// trusted since. For cessationOfOperation the certificate is given up, and the one that it
    /// replaces may be renewed again.
    ///
    /// @return whether anything changed
    public boolean revoke(SerialNumber serialNumber, RevocationReason reason, Instant at) {
        return database.update(
                        REVOKE,
                        at,
                        reason.code(),
                        IssuanceStore.octets(serialNumber),
                        authority,
                        HOLD,
                        reason == RevocationReason.CESSATION_OF_OPERATION)
                > 0;
    }

    public boolean suspend(SerialNumber serialNumber, Instant at) {
        return database.update(SUSPEND, at, HOLD, IssuanceStore.octets(serialNumber), authority)
                > 0;
    }

    public boolean resume(SerialNumber serialNumber) {
        return database.update(RESUME, IssuanceStore.octets(serialNumber), authority, HOLD) > 0;
    }

    /// Everything revoked, in the order of serial numbers' octets.
    public List<Entry> revoked() {
        return database.all(
                REVOKED,
                row ->
                        new Entry(
                                IssuanceStore.serialNumber(row.getBytes("serial_number")),
                                revocation(row)),
                authority);
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
