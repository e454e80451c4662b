// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;

/// One renewal as the register has it.
///
/// @param id its own; other transaction ids may lead to it
/// @param ordinal it is the lineage's n-th renewal
/// @param timesRenewed renewals of the lineage that are confirmed
/// @param requested what is to be certified, from the approval on; after a permission, from the
///   first request on
/// @param authorityTransaction under which the authority is asked for it
record RegisteredRenewal(
        RenewalId id,
        long lineage,
        int ordinal,
        int timesRenewed,
        RenewalKind kind,
        Certificate old,
        Optional<RequestedKey> requested,
        UUID authorityTransaction,
        List<RenewalEvent> events) {
    RegisteredRenewal {
        events = List.copyOf(events);
    }

    Renewal state() {
        return Renewal.of(events);
    }

    /// Whether this key is what is to be certified.
    boolean asksFor(RequestedKey key) {
        return requested.filter(r -> RequestedKey.same(r.key(), key.key())).isPresent();
    }

    /// The certificate, also when it has been rejected since.
    Optional<Certificate> issued() {
        return events.stream()
                .filter(RenewalEvent.Issued.class::isInstance)
                .map(event -> ((RenewalEvent.Issued) event).certificate())
                .findFirst();
    }

    Optional<Instant> finishedAt() {
        return state().isFinal() ? Optional.of(events.getLast().at()) : Optional.empty();
    }
}
