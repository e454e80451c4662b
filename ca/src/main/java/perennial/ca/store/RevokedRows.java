// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.ca.store.CrlStore.Recent;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// What stands in the CRLs of one authority, read page by page: no statement runs long, none holds
/// many rows.
public final class RevokedRows {
    /// More changes are not told apart from each other; the last of them still is.
    private static final int MOST_RECENT = 10_000;

    private static final String COLUMNS =
            """
            SELECT serial_number, revocation_time, revocation_reason, invalidity_date,
                   status_changed_at
            FROM ca.certificate_status
            """;

    private static final String NEXT_PARTITION =
            """
            SELECT crl_partition FROM ca.certificate_status
            WHERE authority_id = ? AND crl_partition > ? AND revocation_time IS NOT NULL
            ORDER BY crl_partition LIMIT 1
            """;

    private static final String PAGE =
            COLUMNS
                    + """
                    WHERE authority_id = ? AND crl_partition = ? AND revocation_time IS NOT NULL
                      AND serial_number > ?
                      AND (not_after >= ? OR status_changed_at >= ?)
                    ORDER BY serial_number LIMIT ?
                    """;

    private static final String CHANGED =
            COLUMNS
                    + """
                    WHERE authority_id = ? AND status_changed_at >= ?
                      AND (? OR crl_partition = ?)
                    LIMIT ?
                    """;

    /// A status is told from another by its reason, for the case that both were set within one
    /// microsecond.
    private static final String RECENT =
            """
            SELECT COALESCE(sum(COALESCE(revocation_reason + 2, 1)), 0) AS changes,
                   max(status_changed_at) AS last_change
            FROM (SELECT status_changed_at, revocation_reason FROM ca.certificate_status
                  WHERE authority_id = ? AND status_changed_at >= ?
                    AND (? OR crl_partition = ?)
                  ORDER BY status_changed_at DESC LIMIT ?) AS latest
            """;

    private final Database database;
    private final short authority;

    /// @param authority the number of the issuing key, see [AuthorityStore#bind]
    public RevokedRows(Database database, short authority) {
        this.database = database;
        this.authority = authority;
    }

    /// One entry of a CRL.
    ///
    /// @param reason [RevocationReason#REMOVE_FROM_CRL] for what was suspended and resumed, in
    ///   deltas only
    public record Entry(
            SerialNumber serialNumber,
            Instant time,
            RevocationReason reason,
            Optional<Instant> invalidityDate) {}

    /// The next partition that has revoked ones.
    ///
    /// @param after -1 for the first
    public Optional<Short> partition(short after) {
        return database.one(NEXT_PARTITION, row -> row.getShort("crl_partition"), authority, after);
    }

    /// The revoked ones of a partition one after the other, in an order that does not change; those
    /// that expired are left out once a CRL has listed them after that (RFC 5280 3.3).
    ///
    /// @param after the last one of the page before, empty for the first page
    /// @param listed when the CRL before was issued
    /// @param margin how long before that a change must have been made to be in it for certain
    public List<Entry> page(
            short partition,
            Optional<SerialNumber> after,
            Instant listed,
            Duration margin,
            int limit) {
        return database.all(
                PAGE,
                RevokedRows::entry,
                authority,
                partition,
                after.map(IssuanceStore::octets).orElse(new byte[0]),
                listed,
                listed.minus(margin),
                limit);
    }

    /// What changed since a time, at one moment, in no order.
    public List<Entry> changed(short partition, Instant since, int limit) {
        return database.all(
                CHANGED, RevokedRows::entry, authority, since, partition == 0, partition, limit);
    }

    /// What changed since a time, in two numbers.
    public Recent recent(short partition, Instant since) {
        return database.one(
                        RECENT,
                        RevokedRows::recent,
                        authority,
                        since,
                        partition == 0,
                        partition,
                        MOST_RECENT)
                .orElseThrow(() -> new IllegalStateException("an aggregate has one row"));
    }

    private static Recent recent(ResultSet row) throws SQLException {
        return new Recent(row.getLong("changes"), optional(row, "last_change"));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        Optional<Instant> revoked = optional(row, "revocation_time");
        RevocationReason reason =
                revoked.isEmpty()
                        ? RevocationReason.REMOVE_FROM_CRL
                        : RevocationReason.ofCode(row.getInt("revocation_reason"))
                                .orElse(RevocationReason.UNSPECIFIED);
        return new Entry(
                IssuanceStore.serialNumber(row.getBytes("serial_number")),
                revoked.isEmpty() ? Database.instant(row, "status_changed_at") : revoked.get(),
                reason,
                optional(row, "invalidity_date"));
    }

    private static Optional<Instant> optional(ResultSet row, String column) throws SQLException {
        @Nullable Object value = row.getObject(column);
        return value == null ? Optional.empty() : Optional.of(Database.instant(row, column));
    }
}
