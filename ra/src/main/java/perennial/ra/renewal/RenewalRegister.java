// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;

/// The register of renewals in PostgreSQL, schema `ra`; its SQL is in [RenewalRows] and
/// [PermissionRows].
///
/// Each method is one transaction. Whatever changes a lineage holds that lineage's row locked, so
/// that two requests, two tabs or two nodes take turns.
public final class RenewalRegister {
    /// How long a visit can be looked at again.
    private static final Duration VISIT_KEPT = Duration.ofDays(1);

    /// How long a permission waits for its first request unless told otherwise: four years, longer
    /// than any authority renews after expiry. Whoever stopped between making a key in place and
    /// asking for its certificate has nothing but the permission left.
    public static final Duration PERMISSION_KEPT = Duration.ofDays(4 * 365 + 1);

    private final Transactions transactions;
    private final Duration permissionKept;

    /// Permissions wait [#PERMISSION_KEPT].
    ///
    /// @param database whose schema `ra` has been migrated with the scripts in `perennial/ra/db`
    public RenewalRegister(DataSource database) {
        this(database, PERMISSION_KEPT);
    }

    /// @param database whose schema `ra` has been migrated with the scripts in `perennial/ra/db`
    /// @param permissionKept how long a permission waits for its first request; one that has been
    ///   used stays until its renewal ends
    public RenewalRegister(DataSource database, Duration permissionKept) {
        this.transactions = new Transactions(database);
        this.permissionKept = permissionKept;
    }

    /// The certificate and its place in its lineage.
    Optional<KnownCertificate> find(CertificateId id) {
        return transactions.run(connection -> RenewalRows.find(connection, id));
    }

    /// Enters the certificate as the first of a new lineage unless it is known.
    void enter(Optional<CardNumber> card, Certificate certificate) {
        transactions.run(connection -> {
            RenewalRows.enter(connection, card, certificate);
            return true;
        });
    }

    /// The renewal that the transaction id leads to.
    Optional<RegisteredRenewal> underTransaction(RenewalId transaction) {
        return transactions.run(
                connection -> RenewalRows.underTransaction(connection, transaction));
    }

    /// The unfinished renewal that issued this certificate.
    Optional<RegisteredRenewal> issuing(CertificateId fresh) {
        return transactions.run(connection -> RenewalRows.issuing(connection, fresh));
    }

    /// Finds or makes the one renewal that comes next for the certificate, and lets the transaction
    /// id lead to it.
    ///
    /// @return what the transaction id leads to, also when that is another certificate's renewal;
    ///   empty when the certificate is no longer the last of its lineage
    Optional<RegisteredRenewal> begin(
            RenewalId transaction, Certificate old, RenewalKind kind, Instant now) {
        return transactions.run(connection -> {
            if (RenewalRows.underTransaction(connection, transaction).isEmpty()
                    && RenewalRows.next(connection, transaction, old, kind, now).isEmpty()) {
                return Optional.empty();
            }
            return RenewalRows.underTransaction(connection, transaction);
        });
    }

    /// The unfinished renewal that this certificate belongs to: the one that renews it, or the one
    /// that issued it.
    Optional<RegisteredRenewal> unfinished(CertificateId certificate) {
        return transactions.run(connection -> {
            Optional<RegisteredRenewal> renewing = RenewalRows.renewing(connection, certificate);
            return renewing.isPresent() ? renewing : RenewalRows.issuing(connection, certificate);
        });
    }

    /// Writes down what is to be certified and that it may be; again changes nothing. Where the
    /// renewal changes the key and nothing has been issued, another key takes the place of the one
    /// before, unless it has had that place already: a request that comes late is not the newest.
    ///
    /// @param nextTransaction unused so far; the authority is asked under it for such another key
    RegisteredRenewal approve(
            RenewalId id, RequestedKey requested, UUID nextTransaction, Instant now) {
        return transactions.run(connection -> {
            RegisteredRenewal renewal = RenewalRows.locked(connection, id);
            if (renewal.state() instanceof Renewal.Pending) {
                RenewalRows.keepKey(connection, id, requested);
                RenewalRows.append(connection, renewal, new RenewalEvent.Approved(now));
                return RenewalRows.load(connection, id);
            }
            boolean open =
                    renewal.state() instanceof Renewal.Ready
                            && (renewal.kind() == RenewalKind.RE_KEY
                                    || renewal.requested().isEmpty());
            if (!open || renewal.asksFor(requested) || wasReplaced(connection, id, requested)) {
                return renewal;
            }
            if (renewal.requested().isPresent()) {
                PermissionRows.replaceKey(connection, renewal, nextTransaction, now);
            }
            RenewalRows.keepKey(connection, id, requested);
            return RenewalRows.load(connection, id);
        });
    }

    private static boolean wasReplaced(Connection connection, RenewalId id, RequestedKey requested)
            throws SQLException {
        return PermissionRows.replacedKeys(connection, id).stream()
                .anyMatch(replaced -> RequestedKey.same(replaced.key().key(), requested.key()));
    }

    /// Keys that had their place before the present one, latest first.
    List<ReplacedKey> replacedKeys(RenewalId id) {
        return transactions.run(connection -> PermissionRows.replacedKeys(connection, id));
    }

    /// Gives permission to overwrite the old key, with the fact that the renewal is allowed; again
    /// gives the same.
    ///
    /// @param fresh what is given where nothing has been; stays the caller's to close
    /// @return empty when there is a certificate already or the renewal has ended; the caller
    ///   closes it
    Optional<ReKeyPermission> permit(RenewalId id, ReKeyPermission fresh, Instant now) {
        return transactions.run(connection -> {
            RegisteredRenewal renewal = RenewalRows.locked(connection, id);
            Optional<ReKeyPermission> given = PermissionRows.permission(connection, id);
            boolean pending = renewal.state() instanceof Renewal.Pending;
            if (given.isPresent() || !(pending || renewal.state() instanceof Renewal.Ready)) {
                return given;
            }
            PermissionRows.keepPermission(connection, id, fresh, now);
            if (pending) {
                RenewalRows.append(connection, renewal, new RenewalEvent.Approved(now));
            }
            return PermissionRows.permission(connection, id);
        });
    }

    /// The permission of this reference, unless the transaction id leads to another renewal.
    Optional<StoredPermission> permission(RenewalId transaction, byte[] reference) {
        return transactions.run(connection -> {
            Optional<RenewalId> own = PermissionRows.renewalOf(connection, reference);
            boolean foreign =
                    RenewalRows.underTransaction(connection, transaction)
                            .filter(renewal -> !own.equals(Optional.of(renewal.id())))
                            .isPresent();
            if (own.isEmpty() || foreign) {
                return Optional.empty();
            }
            return Optional.of(
                    new StoredPermission(
                            RenewalRows.load(connection, own.get()),
                            PermissionRows.permission(connection, own.get())));
        });
    }

    /// Adds the event that follows, if any, in one transaction with what it means for the lineage.
    ///
    /// @param next from where the renewal stands to its next event; nobody else moves it meanwhile
    /// @return the renewal after it
    RegisteredRenewal append(
            RenewalId id, Function<RegisteredRenewal, Optional<RenewalEvent>> next) {
        return transactions.run(connection -> {
            RegisteredRenewal renewal = RenewalRows.locked(connection, id);
            Optional<RenewalEvent> event = next.apply(renewal);
            if (event.isEmpty()) {
                return renewal;
            }
            RenewalRows.append(connection, renewal, event.get());
            return RenewalRows.load(connection, id);
        });
    }

    /// A certificate of the card with the renewal that a visit watches for it.
    record Opened(Certificate presented, RegisteredRenewal renewal) {}

    /// Opens the visit with the renewal of each certificate: the unfinished one that issued it,
    /// otherwise its next. Rows that nobody needs any more go first.
    ///
    /// @param certificates each with the id that its renewal gets if it has not been requested yet
    /// @return in the same order, each renewal once; without certificates that are no longer the
    ///   last of their lineage
    List<Opened> open(
            Visit visit,
            List<Map.Entry<RenewalId, Certificate>> certificates,
            Function<Certificate, RenewalKind> kind) {
        return transactions.run(connection -> {
            RenewalRows.dropVisits(connection, visit.created().minus(VISIT_KEPT));
            PermissionRows.dropUnused(connection, visit.created().minus(permissionKept));
            RenewalRows.addVisit(connection, visit);
            Map<Integer, Opened> opened = new TreeMap<>();
            for (int position : inLockingOrder(certificates)) {
                RenewalId id = certificates.get(position).getKey();
                Certificate old = certificates.get(position).getValue();
                Optional<RegisteredRenewal> unfinished = RenewalRows.issuing(connection, old.id());
                (unfinished.isPresent()
                                ? unfinished
                                : RenewalRows.next(
                                        connection, id, old, kind.apply(old), visit.created()))
                        .ifPresent(renewal -> opened.put(position, new Opened(old, renewal)));
            }
            // The first that was presented stands for its renewal, whatever the order of locking.
            Set<RenewalId> seen = new HashSet<>();
            opened.values().removeIf(one -> !seen.add(one.renewal().id()));
            for (Map.Entry<Integer, Opened> entry : opened.entrySet()) {
                RenewalRows.addVisitRenewal(
                        connection, visit, entry.getKey(), entry.getValue().renewal());
            }
            return List.copyOf(opened.values());
        });
    }

    Optional<RegisteredVisit> visit(VisitToken token) {
        return transactions.run(connection -> RenewalRows.visit(connection, token));
    }

    /// One order for everyone who locks several lineages at once.
    private static List<Integer> inLockingOrder(
            List<Map.Entry<RenewalId, Certificate>> certificates) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < certificates.size(); i++) {
            positions.add(i);
        }
        positions.sort(Comparator.comparing(i -> certificates.get(i).getValue().fingerprint()));
        return positions;
    }
}
