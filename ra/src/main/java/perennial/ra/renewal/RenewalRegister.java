// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import javax.sql.DataSource;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;

/// The register of renewals in PostgreSQL, schema `ra`; its SQL is in [RenewalRows].
///
/// Each method is one transaction. Whatever changes a lineage holds that lineage's row locked, so
/// that two requests, two tabs or two nodes take turns.
public final class RenewalRegister {
    /// How long a visit can be looked at again.
    private static final Duration VISIT_KEPT = Duration.ofDays(1);

    private final Transactions transactions;

    /// @param database whose schema `ra` has been migrated with the scripts in `perennial/ra/db`
    public RenewalRegister(DataSource database) {
        this.transactions = new Transactions(database);
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

    /// Writes down what is to be certified and that it may be; again changes nothing.
    RegisteredRenewal approve(RenewalId id, RequestedKey requested, Instant now) {
        return transactions.run(connection -> {
            RegisteredRenewal renewal = RenewalRows.locked(connection, id);
            if (!(renewal.state() instanceof Renewal.Pending)) {
                return renewal;
            }
            RenewalRows.keepKey(connection, id, requested);
            RenewalRows.append(connection, renewal, new RenewalEvent.Approved(now));
            return RenewalRows.load(connection, id);
        });
    }

    /// Adds the event that follows, if any, in one transaction with what it means for the lineage.
    ///
    /// @param next from where the renewal stands to its next event; nobody else moves it meanwhile
    /// @return the renewal after it
    RegisteredRenewal append(RenewalId id, Function<Renewal, Optional<RenewalEvent>> next) {
        return transactions.run(connection -> {
            RegisteredRenewal renewal = RenewalRows.locked(connection, id);
            Optional<RenewalEvent> event = next.apply(renewal.state());
            if (event.isEmpty()) {
                return renewal;
            }
            RenewalRows.append(connection, renewal, event.get());
            return RenewalRows.load(connection, id);
        });
    }

    /// Opens the visit with the next renewal of each certificate.
    ///
    /// @param certificates each with the id that its renewal gets if it has not been requested yet
    /// @return in the same order; without those that are no longer the last of their lineage
    List<RegisteredRenewal> open(
            Visit visit,
            List<Map.Entry<RenewalId, Certificate>> certificates,
            Function<Certificate, RenewalKind> kind) {
        return transactions.run(connection -> {
            RenewalRows.dropVisits(connection, visit.created().minus(VISIT_KEPT));
            RenewalRows.addVisit(connection, visit);
            Map<Integer, RegisteredRenewal> opened = new TreeMap<>();
            for (int position : inLockingOrder(certificates)) {
                RenewalId id = certificates.get(position).getKey();
                Certificate old = certificates.get(position).getValue();
                RenewalRows.next(connection, id, old, kind.apply(old), visit.created())
                        .ifPresent(renewal -> opened.put(position, renewal));
            }
            for (Map.Entry<Integer, RegisteredRenewal> entry : opened.entrySet()) {
                RenewalRows.addVisitRenewal(connection, visit, entry.getKey(), entry.getValue());
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
