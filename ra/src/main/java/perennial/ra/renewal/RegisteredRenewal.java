// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
/// @param requested what is to be certified, from the approval on
record RegisteredRenewal(
        RenewalId id,
        long lineage,
        int ordinal,
        int timesRenewed,
        RenewalKind kind,
        Certificate old,
        Optional<RequestedKey> requested,
        List<RenewalEvent> events) {
    RegisteredRenewal {
        events = List.copyOf(events);
    }

    Renewal state() {
        return Renewal.of(events);
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
