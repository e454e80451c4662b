// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// Incidents of one authority, and what each covers.
public final class IncidentStore {
    private static final String DECLARE =
            """
            WITH declared AS (
                INSERT INTO ca.incident (incident_id, authority_id, declared_at, replace_by,
                                         explanation, profile, issued_from, issued_until, listed)
                VALUES (?, ?, ?, ?, ?, CAST(? AS text), CAST(? AS timestamptz),
                        CAST(? AS timestamptz), ?)
                ON CONFLICT DO NOTHING
                RETURNING incident_id),
            listed AS (
                INSERT INTO ca.incident_certificate (serial_number, incident_id)
                SELECT decode(one, 'hex'), incident_id
                FROM declared, unnest(string_to_array(?, ',')) AS one)
            SELECT count(*) AS declared FROM declared
            """;

    private static final String WITHDRAW =
            """
            UPDATE ca.incident SET withdrawn_at = ?
            WHERE incident_id = ? AND authority_id = ? AND withdrawn_at IS NULL
            """;

    private static final String COLUMNS =
            """
            i.incident_id, i.declared_at, i.replace_by, i.explanation, i.profile,
            i.issued_from, i.issued_until
            """;

    private static final String OPEN =
            "SELECT "
                    + COLUMNS
                    + """
                    , (SELECT string_agg(encode(c.serial_number, 'hex'), ',')
                       FROM ca.incident_certificate c WHERE c.incident_id = i.incident_id) AS listed
                    FROM ca.incident i WHERE i.authority_id = ? AND i.withdrawn_at IS NULL
                    ORDER BY i.declared_at, i.incident_id
                    """;

    /// Whether incident i covers the certificate of status row s and intent t.
    private static final String COVERS =
            """
            AND (i.profile IS NULL OR i.profile = t.profile)
            AND (i.issued_from IS NULL OR i.issued_from <= s.issued_at)
            AND (i.issued_until IS NULL OR s.issued_at <= i.issued_until)
            AND (NOT i.listed OR EXISTS (
                    SELECT 1 FROM ca.incident_certificate c
                    WHERE c.serial_number = s.serial_number AND c.incident_id = i.incident_id))
            """;

    private static final String COVERING =
            "SELECT "
                    + COLUMNS
                    + """
                    , CASE WHEN i.listed THEN encode(s.serial_number, 'hex') END AS listed
                    FROM ca.certificate_status s
                    JOIN ca.issuance_intent t USING (serial_number)
                    JOIN ca.incident i ON i.authority_id = s.authority_id
                    WHERE s.serial_number = ? AND s.authority_id = ? AND i.withdrawn_at IS NULL
                    """
                    + COVERS
                    + "ORDER BY i.replace_by LIMIT 1";

    private static final String COVERED =
            """
            SELECT s.serial_number, s.not_after
            FROM ca.incident i
            JOIN ca.certificate_status s ON s.authority_id = i.authority_id
            JOIN ca.issuance_intent t ON t.serial_number = s.serial_number
            WHERE i.incident_id = ? AND i.authority_id = ? AND i.withdrawn_at IS NULL
              AND (s.revocation_time IS NULL OR s.revocation_reason = ?)
              AND s.issued_at IS NOT NULL
              AND (s.not_after, s.serial_number) > (CAST(? AS timestamptz), CAST(? AS bytea))
            """
                    + COVERS
                    + "ORDER BY s.not_after, s.serial_number LIMIT ?";

    private static final byte[] BEFORE_ALL = {};

    private final Database database;
    private final short authority;

    public IncidentStore(Database database, short authority) {
        this.database = database;
        this.authority = authority;
    }

    /// Holds from the commit on, for every node.
    ///
    /// @return false, and nothing is written, when an incident of this id is there already
    public boolean declare(Incident incident) {
        Incident.Scope covers = incident.covers();
        return database.one(
                        DECLARE,
                        row -> row.getInt("declared"),
                        incident.id(),
                        authority,
                        incident.declaredAt(),
                        incident.replaceBy(),
                        incident.explanation().toString(),
                        covers.profile().orElse(null),
                        covers.issuedFrom().orElse(null),
                        covers.issuedUntil().orElse(null),
                        !covers.serialNumbers().isEmpty(),
                        covers.serialNumbers().stream()
                                .map(serial ->
                                        HexFormat.of().formatHex(IssuanceStore.octets(serial)))
                                .collect(Collectors.joining(",")))
                .equals(Optional.of(1));
    }

    /// Ends an incident; what it covered has its old window again.
    ///
    /// @return whether there was one to end
    public boolean withdraw(UUID incident, Instant at) {
        return database.update(WITHDRAW, at, incident, authority) == 1;
    }

    /// Those not withdrawn, the oldest first.
    public List<Incident> open() {
        return database.all(OPEN, IncidentStore::incident, authority);
    }

    /// The incident that covers this certificate and ends first; with the serial numbers of no
    /// other certificate.
    public Optional<Incident> covering(SerialNumber serialNumber) {
        return database.one(
                COVERING, IncidentStore::incident, IssuanceStore.octets(serialNumber), authority);
    }

    /// An open incident by its id.
    public Optional<Incident> find(UUID incident) {
        return open().stream().filter(one -> one.id().equals(incident)).findFirst();
    }

    /// A certificate that is covered, and where in the order of their ends it stands.
    public record Covered(SerialNumber serialNumber, Instant notAfter) {}

    /// The first certificates that an open incident covers and that are not revoked for good and
    /// end at this moment or later; then those after one of them.
    ///
    /// @param last the last one of the page before; absent for the first page
    public List<Covered> covered(
            UUID incident, Instant notAfter, Optional<SerialNumber> last, int most) {
        return database.all(
                COVERED,
                row ->
                        new Covered(
                                IssuanceStore.serialNumber(row.getBytes("serial_number")),
                                Database.instant(row, "not_after")),
                incident,
                authority,
                RevocationReason.CERTIFICATE_HOLD.code(),
                notAfter,
                last.map(IssuanceStore::octets).orElse(BEFORE_ALL),
                most);
    }

    private static Incident incident(ResultSet row) throws SQLException {
        @Nullable String listed = row.getString("listed");
        return new Incident(
                row.getObject("incident_id", UUID.class),
                Database.instant(row, "declared_at"),
                Database.instant(row, "replace_by"),
                URI.create(row.getString("explanation")),
                new Incident.Scope(
                        Optional.ofNullable(row.getString("profile")),
                        instant(row, "issued_from"),
                        instant(row, "issued_until"),
                        listed == null ? Set.of() : serialNumbers(listed)));
    }

    private static Set<SerialNumber> serialNumbers(String listed) {
        return List.of(listed.split(",")).stream()
                .map(hex -> IssuanceStore.serialNumber(HexFormat.of().parseHex(hex)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
