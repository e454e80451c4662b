// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// Lists of one authority's certificates, page by page: each page begins after the last line of the
/// one before, by an index, however many there are.
public final class CertificateDirectory {
    private static final String ENDING =
            """
            SELECT serial_number, not_after, crl_partition, revocation_time, revocation_reason
            FROM ca.certificate_status
            WHERE authority_id = ? AND not_after < ? AND issued_at IS NOT NULL
              AND (not_after, serial_number) > (CAST(? AS timestamptz), CAST(? AS bytea))
            ORDER BY not_after, serial_number LIMIT ?
            """;

    private static final String REVOKED =
            """
            SELECT serial_number, not_after, crl_partition, revocation_time, revocation_reason
            FROM ca.certificate_status
            WHERE authority_id = ? AND revocation_time IS NOT NULL
              AND (crl_partition, serial_number) > (CAST(? AS smallint), CAST(? AS bytea))
            ORDER BY crl_partition, serial_number LIMIT ?
            """;

    private static final byte[] BEFORE_ALL = {};

    private final Database database;
    private final short authority;

    public CertificateDirectory(Database database, short authority) {
        this.database = database;
        this.authority = authority;
    }

    /// @param partition of the CRL that lists it when it is revoked
    public record Line(
            SerialNumber serialNumber, Instant notAfter, int partition, CertStatus status) {}

    /// The first issued certificates that end at this moment or later and before the other.
    public List<Line> endingFrom(Instant from, Instant before, int most) {
        return ending(before, from, BEFORE_ALL, most);
    }

    /// The next of them.
    public List<Line> endingAfter(Instant notAfter, SerialNumber last, Instant before, int most) {
        return ending(before, notAfter, IssuanceStore.octets(last), most);
    }

    /// The first revoked or suspended certificates, in no order that would mean anything.
    public List<Line> revoked(int most) {
        return revoked(-1, BEFORE_ALL, most);
    }

    /// The next of them.
    public List<Line> revokedAfter(int partition, SerialNumber last, int most) {
        return revoked(partition, IssuanceStore.octets(last), most);
    }

    private List<Line> ending(Instant before, Instant notAfter, byte[] last, int most) {
        return database.all(
                ENDING, CertificateDirectory::line, authority, before, notAfter, last, most);
    }

    private List<Line> revoked(int partition, byte[] last, int most) {
        return database.all(REVOKED, CertificateDirectory::line, authority, partition, last, most);
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                IssuanceStore.serialNumber(row.getBytes("serial_number")),
                Database.instant(row, "not_after"),
                row.getInt("crl_partition"),
                row.getObject("revocation_time") == null
                        ? new CertStatus.Good()
                        : new CertStatus.Revoked(
                                Database.instant(row, "revocation_time"),
                                RevocationReason.ofCode(row.getInt("revocation_reason"))
                                        .orElse(RevocationReason.UNSPECIFIED)));
    }
}
