// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.time.Instant;
import java.util.List;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;

/// One renewal as the journal holds it.
///
/// @param events at least one, the first of them [RenewalEvent.Requested], in an order that can be
///   folded
public record JournalledRenewal(RenewalSubject subject, List<RenewalEvent> events) {
    public JournalledRenewal {
        events = List.copyOf(events);
        if (events.isEmpty() || !(events.getFirst() instanceof RenewalEvent.Requested)) {
            throw new IllegalArgumentException("a journal begins with the request");
        }
        Renewal.of(events);
    }

    public Renewal renewal() {
        return Renewal.of(events);
    }

    /// The certificate that is renewed.
    public Certificate old() {
        return ((RenewalEvent.Requested) events.getFirst()).old();
    }

    public Instant since() {
        return events.getFirst().at();
    }
}
