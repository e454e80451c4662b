// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;

/// The statements of [RenewalRegister], each on a connection whose transaction the register holds.
final class RenewalRows {
    private static final String RENEWAL =
            """
            SELECT r.id, r.lineage, r.ordinal, l.times_renewed, r.kind, r.old_certificate,
                   r.key_algorithm, r.key, r.proof, r.authority_transaction
              FROM ra.renewal r JOIN ra.lineage l ON l.id = r.lineage
            """;

    private RenewalRows() {}

    /// The unfinished renewal that issued this certificate. One that the holder has rejected shares
    /// its place with the one that came instead, and is nobody's.
    static Optional<RegisteredRenewal> issuing(Connection connection, CertificateId fresh)
            throws SQLException {
        return Sql.query(
                        connection,
                        RENEWAL
                                + """
                                  JOIN ra.certificate c
                                    ON c.lineage = r.lineage AND c.ordinal = r.ordinal
                                 WHERE c.issuer = ? AND c.serial_number = ?
                                   AND r.ordinal > l.times_renewed AND NOT r.refused
                                """,
                        row -> renewal(connection, row),
                        issuer(fresh),
                        fresh.serialNumber().hex())
                .stream()
                .filter(renewal ->
                        renewal.issued().filter(made -> made.id().equals(fresh)).isPresent())
                .findFirst();
    }

    static void keepKey(Connection connection, RenewalId id, RequestedKey requested)
            throws SQLException {
        Sql.update(
                connection,
                "UPDATE ra.renewal SET key_algorithm = ?, key = ?, proof = ? WHERE id = ?",
                requested.key().getAlgorithm(),
                requested.key().getEncoded(),
                requested.proof().name(),
                id.value());
    }

    static void addVisit(Connection connection, Visit visit) throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO ra.visit (token_hash, card_number, created, expires)"
                        + " VALUES (?, ?, ?, ?)",
                visit.token().hash(),
                visit.cardNumber().value(),
                Sql.time(visit.created()),
                Sql.time(visit.expires()));
    }

    static void addVisitRenewal(
            Connection connection, Visit visit, int position, RegisteredRenewal renewal)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO ra.visit_renewal (visit, position, renewal) VALUES (?, ?, ?)",
                visit.token().hash(),
                position,
                renewal.id().value());
    }

    static void dropVisits(Connection connection, Instant createdBefore) throws SQLException {
        Sql.update(connection, "DELETE FROM ra.visit WHERE created < ?", Sql.time(createdBefore));
    }

    static Optional<RegisteredVisit> visit(Connection connection, VisitToken token)
            throws SQLException {
        List<RegisteredRenewal> renewals =
                Sql.query(
                        connection,
                        RENEWAL
                                + " JOIN ra.visit_renewal v ON v.renewal = r.id"
                                + " WHERE v.visit = ? ORDER BY v.position",
                        row -> renewal(connection, row),
                        token.hash());
        return Sql.query(
                        connection,
                        "SELECT card_number, expires FROM ra.visit WHERE token_hash = ?",
                        row ->
                                new RegisteredVisit(
                                        new CardNumber(row.text("card_number")),
                                        row.time("expires"),
                                        renewals),
                        token.hash())
                .stream()
                .findFirst();
    }

    static Optional<KnownCertificate> find(Connection connection, CertificateId id)
            throws SQLException {
        return Sql.query(
                        connection,
                        """
                        SELECT c.der, c.ordinal, l.times_renewed, l.key_since
                          FROM ra.certificate c JOIN ra.lineage l ON l.id = c.lineage
                         WHERE c.issuer = ? AND c.serial_number = ?
                        """,
                        row ->
                                new KnownCertificate(
                                        Certificate.ofDer(row.octets("der")),
                                        row.number("ordinal"),
                                        row.number("times_renewed"),
                                        row.time("key_since")),
                        issuer(id),
                        id.serialNumber().hex())
                .stream()
                .findFirst();
    }

    static void enter(Connection connection, Optional<CardNumber> card, Certificate certificate)
            throws SQLException {
        CertificateId id = certificate.id();
        if (find(connection, id).isEmpty()) {
            long lineage =
                    Sql.query(
                                    connection,
                                    "INSERT INTO ra.lineage (slot, key_since) VALUES (?, ?)"
                                            + " RETURNING id",
                                    row -> row.identity("id"),
                                    CertificateUse.of(certificate).name(),
                                    Sql.time(certificate.validity().notBefore()))
                            .getFirst();
            if (keep(connection, certificate, lineage, 0) == 0) {
                // Another node has entered it between the two statements.
                Sql.update(connection, "DELETE FROM ra.lineage WHERE id = ?", lineage);
            }
        }
        if (card.isPresent()) {
            Sql.update(
                    connection,
                    """
                    UPDATE ra.lineage SET card_number = ?
                     WHERE card_number IS NULL
                       AND id = (SELECT lineage FROM ra.certificate
                                  WHERE issuer = ? AND serial_number = ?)
                    """,
                    card.get().value(),
                    issuer(id),
                    id.serialNumber().hex());
        }
    }

    private static int keep(
            Connection connection, Certificate certificate, long lineage, int ordinal)
            throws SQLException {
        return Sql.update(
                connection,
                "INSERT INTO ra.certificate (issuer, serial_number, lineage, ordinal, der)"
                        + " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                issuer(certificate.id()),
                certificate.serialNumber().hex(),
                lineage,
                ordinal,
                certificate.der());
    }

    /// The lineage's next renewal, made if need be, with the transaction id leading to it.
    static Optional<RegisteredRenewal> next(
            Connection connection,
            RenewalId transaction,
            Certificate old,
            RenewalKind kind,
            Instant now)
            throws SQLException {
        enter(connection, Optional.empty(), old);
        CertificateId oldId = old.id();
        Optional<Long> lineage =
                Sql.query(
                                connection,
                                """
                                SELECT l.id FROM ra.lineage l
                                  JOIN ra.certificate c ON c.lineage = l.id
                                 WHERE c.issuer = ? AND c.serial_number = ?
                                   FOR NO KEY UPDATE OF l
                                """,
                                row -> row.identity("id"),
                                issuer(oldId),
                                oldId.serialNumber().hex())
                        .stream()
                        .findFirst();
        KnownCertificate known = find(connection, oldId).orElseThrow();
        if (lineage.isEmpty() || known.superseded() || known.unconfirmed()) {
            return Optional.empty();
        }
        int ordinal = known.timesRenewed() + 1;
        Optional<RegisteredRenewal> begun = current(connection, lineage.get(), ordinal);
        if (begun.isEmpty()) {
            Sql.update(
                    connection,
                    "INSERT INTO ra.renewal (id, lineage, ordinal, kind, old_certificate, created)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    transaction.value(),
                    lineage.get(),
                    ordinal,
                    kind.name(),
                    known.certificate().der(),
                    Sql.time(now));
            RegisteredRenewal made = current(connection, lineage.get(), ordinal).orElseThrow();
            append(connection, made, new RenewalEvent.Requested(kind, made.old(), now));
            begun = Optional.of(load(connection, made.id()));
        }
        Sql.update(
                connection,
                "INSERT INTO ra.transaction (id, renewal) VALUES (?, ?) ON CONFLICT DO NOTHING",
                transaction.value(),
                begun.get().id().value());
        return begun;
    }

    /// The unfinished renewal of this certificate.
    static Optional<RegisteredRenewal> renewing(Connection connection, CertificateId old)
            throws SQLException {
        return Sql.query(
                        connection,
                        RENEWAL
                                + """
                                  JOIN ra.certificate c
                                    ON c.lineage = r.lineage AND c.ordinal = r.ordinal - 1
                                 WHERE c.issuer = ? AND c.serial_number = ?
                                   AND r.ordinal > l.times_renewed AND NOT r.refused
                                """,
                        row -> renewal(connection, row),
                        issuer(old),
                        old.serialNumber().hex())
                .stream()
                .findFirst();
    }

    private static Optional<RegisteredRenewal> current(
            Connection connection, long lineage, int ordinal) throws SQLException {
        return Sql.query(
                        connection,
                        RENEWAL + " WHERE r.lineage = ? AND r.ordinal = ? AND NOT r.refused",
                        row -> renewal(connection, row),
                        lineage,
                        ordinal)
                .stream()
                .findFirst();
    }

    static Optional<RegisteredRenewal> underTransaction(
            Connection connection, RenewalId transaction) throws SQLException {
        return Sql.query(
                        connection,
                        RENEWAL + " JOIN ra.transaction t ON t.renewal = r.id WHERE t.id = ?",
                        row -> renewal(connection, row),
                        transaction.value())
                .stream()
                .findFirst();
    }

    static RegisteredRenewal locked(Connection connection, RenewalId id) throws SQLException {
        Sql.query(
                connection,
                "SELECT l.id FROM ra.lineage l JOIN ra.renewal r ON r.lineage = l.id"
                        + " WHERE r.id = ? FOR NO KEY UPDATE OF l",
                row -> row.identity("id"),
                id.value());
        return load(connection, id);
    }

    static RegisteredRenewal load(Connection connection, RenewalId id) throws SQLException {
        return Sql.query(
                        connection,
                        RENEWAL + " WHERE r.id = ?",
                        row -> renewal(connection, row),
                        id.value())
                .getFirst();
    }

    static void append(Connection connection, RegisteredRenewal renewal, RenewalEvent event)
            throws SQLException {
        renewal.state().after(event);
        EventRow row = EventRow.of(event);
        Sql.update(
                connection,
                "INSERT INTO ra.renewal_event (renewal, sequence, type, at, certificate,"
                        + " serial_number, fail_info, explanation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                renewal.id().value(),
                renewal.events().size() + 1,
                row.type(),
                Sql.time(event.at()),
                row.certificate(),
                row.serialNumber(),
                row.failInfo(),
                row.explanation());
        switch (event) {
            case RenewalEvent.Issued(Certificate fresh, _) ->
                    keep(connection, fresh, renewal.lineage(), renewal.ordinal());
            case RenewalEvent.Confirmed _ -> {
                Sql.update(
                        connection,
                        "UPDATE ra.lineage SET times_renewed = ?, key_since ="
                                + " COALESCE(CAST(? AS timestamptz), key_since)"
                                + " WHERE id = ?",
                        renewal.ordinal(),
                        newKeySince(renewal),
                        renewal.lineage());
                PermissionRows.wipeSecret(connection, renewal.id());
            }
            case RenewalEvent.Rejected _ -> {
                Sql.update(
                        connection,
                        "UPDATE ra.renewal SET refused = true WHERE id = ?",
                        renewal.id().value());
                PermissionRows.wipeSecret(connection, renewal.id());
            }
            case RenewalEvent.Requested _,
                    RenewalEvent.Approved _,
                    RenewalEvent.KeyGenerated _,
                    RenewalEvent.Installed _,
                    RenewalEvent.Retired _ -> {}
        }
    }

    /// The use of a new key begins with its certificate, whatever notBefore says.
    private static @Nullable OffsetDateTime newKeySince(RegisteredRenewal renewal) {
        return renewal.kind() == RenewalKind.RE_KEY
                ? renewal.events().stream()
                        .filter(RenewalEvent.Issued.class::isInstance)
                        .map(event -> Sql.time(event.at()))
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private static RegisteredRenewal renewal(Connection connection, Sql.Row row)
            throws SQLException {
        UUID id = row.uuid("id");
        RenewalKind kind = RenewalKind.valueOf(row.text("kind"));
        Certificate old = Certificate.ofDer(row.octets("old_certificate"));
        Optional<RequestedKey> requested =
                row.has("key")
                        ? Optional.of(
                                RequestedKey.of(
                                        row.text("key_algorithm"),
                                        row.octets("key"),
                                        ProofOfPossession.valueOf(row.text("proof"))))
                        : Optional.empty();
        List<RenewalEvent> events =
                Sql.query(
                        connection,
                        "SELECT type, at, certificate, serial_number, fail_info, explanation"
                                + " FROM ra.renewal_event WHERE renewal = ? ORDER BY sequence",
                        event -> EventRow.of(event).event(kind, old, event.time("at")),
                        id);
        return new RegisteredRenewal(
                new RenewalId(id),
                row.identity("lineage"),
                row.number("ordinal"),
                row.number("times_renewed"),
                kind,
                old,
                requested,
                row.has("authority_transaction") ? row.uuid("authority_transaction") : id,
                events);
    }

    /// The form in which equal names have equal text.
    private static String issuer(CertificateId id) {
        return id.issuer().getName(X500Principal.CANONICAL);
    }
}
