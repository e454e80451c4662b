// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The published CRLs of one authority, and who builds the next one.
public final class CrlStore {
    private static final String REGISTER =
            """
            INSERT INTO ca.crl_scope (authority_id, crl_partition) VALUES (?, ?)
            ON CONFLICT DO NOTHING
            """;

    private static final String SCOPES =
            "SELECT crl_partition FROM ca.crl_scope WHERE authority_id = ? ORDER BY crl_partition";

    private static final String TAKE =
            """
            UPDATE ca.crl_scope SET builder = ?, builder_until = ?
            WHERE authority_id = ? AND crl_partition = ?
              AND (builder IS NULL OR builder = ? OR builder_until < ?)
            """;

    private static final String RELEASE =
            """
            UPDATE ca.crl_scope SET builder = NULL, builder_until = NULL
            WHERE authority_id = ? AND crl_partition = ? AND builder = ?
            """;

    /// A number that was never given out, also when the database is an older one than it was.
    private static final String NEXT_NUMBER =
            """
            UPDATE ca.authority SET crl_number = GREATEST(crl_number + 1, ?)
            WHERE authority_id = ? RETURNING crl_number
            """;

    private static final String PUBLISHED =
            """
            SELECT crl_number, read_at, recent_changes, last_change, this_update, next_update, pieces
            FROM ca.crl WHERE authority_id = ? AND crl_partition = ? AND delta = ?
            ORDER BY crl_number DESC LIMIT 2
            """;

    private static final String PIECE =
            """
            INSERT INTO ca.crl_piece (authority_id, crl_partition, delta, crl_number, piece, content)
            VALUES (?, ?, ?, ?, ?, ?)
            """;

    private static final String READ_PIECE =
            """
            SELECT content FROM ca.crl_piece
            WHERE authority_id = ? AND crl_partition = ? AND delta = ? AND crl_number = ?
              AND piece = ?
            """;

    private static final String PUBLISH =
            """
            INSERT INTO ca.crl (authority_id, crl_partition, delta, crl_number, read_at,
                                recent_changes, last_change, this_update, next_update, pieces)
            SELECT authority_id, crl_partition, ?, ?, ?, ?, ?, ?, ?, ?
            FROM ca.crl_scope s
            WHERE authority_id = ? AND crl_partition = ? AND builder = ?
            """;

    private static final String FORGET =
            """
            DELETE FROM ca.crl
            WHERE authority_id = ? AND crl_partition = ? AND delta = ? AND crl_number < ?
            """;

    private static final String FORGET_PIECES =
            """
            DELETE FROM ca.crl_piece
            WHERE authority_id = ? AND crl_partition = ? AND delta = ? AND crl_number < ?
            """;

    private final Database database;
    private final short authority;

    /// @param authority the number of the issuing key, see [AuthorityStore#bind]
    public CrlStore(Database database, short authority) {
        this.database = database;
        this.authority = authority;
    }

    /// CRLs of which each replaces the one before: of one partition, full or delta.
    public record Series(short partition, boolean delta) {}

    /// What statuses changed lately, as a sum over them, and when the last did. Two that are equal,
    /// from the same time on, mean that nothing has changed between them.
    public record Recent(long changes, Optional<Instant> last) {}

    /// A published CRL.
    ///
    /// @param readAt every change that was committed some minutes before it is in it
    /// @param recent as it was at that time
    /// @param pieces how many rows its octets take
    public record Published(
            long number,
            Instant readAt,
            Recent recent,
            Instant thisUpdate,
            Instant nextUpdate,
            int pieces) {}

    /// Makes a partition one of those that are published. Repeating it changes nothing.
    public void register(short partition) {
        database.update(REGISTER, authority, partition);
    }

    /// The partitions that are published.
    public List<Short> partitions() {
        return database.all(SCOPES, row -> row.getShort("crl_partition"), authority);
    }

    /// Becomes the one builder of a partition's CRLs until a time, or stays it for longer.
    ///
    /// @return whether it did; another one may be building
    public boolean take(short partition, UUID builder, Instant now, Instant until) {
        return database.update(TAKE, builder, until, authority, partition, builder, now) == 1;
    }

    /// Lets others build. Does nothing when another one has become the builder.
    public void release(short partition, UUID builder) {
        database.update(RELEASE, authority, partition, builder);
    }

    /// Greater than every number of this authority before (RFC 5280 5.2.3).
    ///
    /// @param least it is not below
    public long nextNumber(long least) {
        return database.one(NEXT_NUMBER, row -> row.getLong("crl_number"), least, authority)
                .orElseThrow(() -> new IllegalStateException("bound when opened"));
    }

    /// The newest and the one before it, as far as there are.
    public List<Published> published(Series series) {
        return database.all(
                PUBLISHED, CrlStore::published, authority, series.partition(), series.delta());
    }

    /// Writes a part of the octets of what will be published.
    public void writePiece(Series series, long number, int piece, byte[] content) {
        database.update(
                PIECE, authority, series.partition(), series.delta(), number, piece, content);
    }

    /// Reads a part of the octets; empty when it has been replaced in the meantime.
    public Optional<byte[]> readPiece(Series series, long number, int piece) {
        return database.one(
                READ_PIECE,
                row -> row.getBytes("content"),
                authority,
                series.partition(),
                series.delta(),
                number,
                piece);
    }

    /// Publishes, if this builder still is the one.
    ///
    /// @return whether it did
    public boolean publish(Series series, Published crl, UUID builder) {
        return database.update(
                        PUBLISH,
                        series.delta(),
                        crl.number(),
                        crl.readAt(),
                        crl.recent().changes(),
                        crl.recent().last().orElse(null),
                        crl.thisUpdate(),
                        crl.nextUpdate(),
                        crl.pieces(),
                        authority,
                        series.partition(),
                        builder)
                == 1;
    }

    /// Removes what nobody fetches any more.
    ///
    /// @param number of the oldest that stays
    public void forgetBefore(Series series, long number) {
        database.update(FORGET, authority, series.partition(), series.delta(), number);
        database.update(FORGET_PIECES, authority, series.partition(), series.delta(), number);
    }

    private static Published published(ResultSet row) throws SQLException {
        @Nullable Object last = row.getObject("last_change");
        return new Published(
                row.getLong("crl_number"),
                Database.instant(row, "read_at"),
                new Recent(
                        row.getLong("recent_changes"),
                        last == null
                                ? Optional.empty()
                                : Optional.of(Database.instant(row, "last_change"))),
                Database.instant(row, "this_update"),
                Database.instant(row, "next_update"),
                row.getInt("pieces"));
    }
}
