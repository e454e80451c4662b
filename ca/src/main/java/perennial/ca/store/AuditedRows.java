// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import perennial.core.certificate.SerialNumber;

/// Walks over all certificates as an auditor looks at them, page by page.
public final class AuditedRows {
    private static final int PAGE = 1000;

    private static final String NEXT =
            """
            SELECT s.serial_number, s.issued_at, s.revocation_time, sha256(c.der) AS digest
            FROM ca.certificate_status s LEFT JOIN ca.certificate c USING (serial_number)
            WHERE s.serial_number > ? ORDER BY s.serial_number LIMIT %d
            """
                    .formatted(PAGE);

    private final Database database;

    public AuditedRows(Database database) {
        this.database = database;
    }

    /// @param digest SHA-256 of the certificate, if there is one
    public record Row(
            SerialNumber serialNumber,
            Optional<Instant> issuedAt,
            Optional<Instant> revokedAt,
            Optional<byte[]> digest) {}

    /// In the order of the serial numbers' octets.
    public void forEach(Consumer<Row> reader) {
        byte[] after = new byte[0];
        List<Row> page;
        do {
            page = database.all(NEXT, AuditedRows::row, after);
            page.forEach(reader);
            if (!page.isEmpty()) {
                after = IssuanceStore.octets(page.getLast().serialNumber());
            }
        } while (page.size() == PAGE);
    }

    private static Row row(ResultSet row) throws SQLException {
        byte @Nullable [] digest = row.getBytes("digest");
        return new Row(
                IssuanceStore.serialNumber(row.getBytes("serial_number")),
                time(row, "issued_at"),
                time(row, "revocation_time"),
                Optional.ofNullable(digest));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
