// SPDX-License-Identifier: Apache-2.0
package perennial.ca.store;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;

/// Intents and certificates.
public final class IssuanceStore {
    private static final String KNOWN =
            """
            SELECT i.serial_number, i.authority_id, i.transaction_id, i.request_digest, i.replaces,
                   i.profile, i.tbs, i.intended_at, s.not_after, s.crl_partition, c.der
            FROM ca.issuance_intent i
            JOIN ca.certificate_status s USING (serial_number)
            LEFT JOIN ca.certificate c USING (serial_number)
            """;

    private static final String FIND = KNOWN + "WHERE i.transaction_id = ?";

    private static final String FIND_SERIAL = KNOWN + "WHERE i.serial_number = ?";

    private static final String INTEND =
            """
            WITH intent AS (
                INSERT INTO ca.issuance_intent (serial_number, authority_id, transaction_id,
                                                request_digest, replaces, profile, tbs,
                                                intended_at)
                VALUES (?, ?, ?, ?, CAST(? AS bytea), ?, ?, ?)
                ON CONFLICT DO NOTHING
                RETURNING serial_number, authority_id)
            INSERT INTO ca.certificate_status (serial_number, authority_id, not_after,
                                               crl_partition)
            SELECT serial_number, authority_id, CAST(? AS timestamptz), CAST(? AS smallint)
            FROM intent
            """;

    private static final String IS_REPLACED =
            "SELECT transaction_id FROM ca.issuance_intent WHERE replaces = ? AND NOT given_up";

    private static final String STORE =
            """
            WITH stored AS (
                INSERT INTO ca.certificate (serial_number, der) VALUES (?, ?)
                ON CONFLICT DO NOTHING
                RETURNING serial_number)
            UPDATE ca.certificate_status SET issued_at = ?
            WHERE serial_number = (SELECT serial_number FROM stored)
            """;

    private static final String CERTIFICATE =
            "SELECT der FROM ca.certificate WHERE serial_number = ?";

    private final Database database;
    private final short authority;

    /// @param authority who intends, see [AuthorityStore#bind]; what others intended is found too
    public IssuanceStore(Database database, short authority) {
        this.database = database;
        this.authority = authority;
    }

    /// Who intends.
    public short authority() {
        return authority;
    }

    /// An intent and, once it is stored, its certificate.
    public record Known(Intent intent, Optional<Certificate> certificate) {}

    public Optional<Known> find(UUID transaction) {
        return database.one(FIND, IssuanceStore::known, transaction);
    }

    public Optional<Known> find(SerialNumber serialNumber) {
        return database.one(FIND_SERIAL, IssuanceStore::known, octets(serialNumber));
    }

    /// Writes the intent and its status row.
    ///
    /// @return false, and nothing is written, when the transaction, the serial number or the
    ///   renewal of that certificate is taken
    public boolean intend(Intent intent) {
        return database.update(
                        INTEND,
                        octets(intent.serialNumber()),
                        intent.authority(),
                        intent.transaction(),
                        intent.requestDigest(),
                        intent.replaces().map(IssuanceStore::octets).orElse(null),
                        intent.profile(),
                        intent.tbs(),
                        intent.intendedAt(),
                        intent.notAfter(),
                        intent.crlPartition())
                == 1;
    }

    /// The transaction that renews, or has renewed, this certificate and is not given up.
    public Optional<UUID> renewalOf(SerialNumber replaced) {
        return database.one(
                IS_REPLACED, row -> row.getObject("transaction_id", UUID.class), octets(replaced));
    }

    /// Stores the certificate and counts it as issued, unless there is one already: the first one
    /// stays.
    ///
    /// @return the certificate that is stored now
    public Certificate store(Certificate certificate, Instant at) {
        int stored =
                database.update(STORE, octets(certificate.serialNumber()), certificate.der(), at);
        return stored == 1
                ? certificate
                : certificate(certificate.serialNumber())
                        .orElseThrow(() -> new IllegalStateException("stored a moment ago"));
    }

    public Optional<Certificate> certificate(SerialNumber serialNumber) {
        return database.one(
                CERTIFICATE, row -> Certificate.ofDer(row.getBytes("der")), octets(serialNumber));
    }

    static byte[] octets(SerialNumber serialNumber) {
        return serialNumber.value().toByteArray();
    }

    private static Known known(ResultSet row) throws SQLException {
        byte @Nullable [] replaces = row.getBytes("replaces");
        byte @Nullable [] der = row.getBytes("der");
        return new Known(
                new Intent(
                        serialNumber(row.getBytes("serial_number")),
                        row.getShort("authority_id"),
                        row.getObject("transaction_id", UUID.class),
                        row.getBytes("request_digest"),
                        Optional.ofNullable(replaces).map(IssuanceStore::serialNumber),
                        row.getString("profile"),
                        row.getBytes("tbs"),
                        Database.instant(row, "not_after"),
                        row.getShort("crl_partition"),
                        Database.instant(row, "intended_at")),
                Optional.ofNullable(der).map(Certificate::ofDer));
    }

    static SerialNumber serialNumber(byte[] octets) {
        return new SerialNumber(new BigInteger(octets));
    }
}
