// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.time.Instant;
import java.util.List;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalKind;

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

    public RenewalKind kind() {
        return ((RenewalEvent.Requested) events.getFirst()).kind();
    }

    /// Whether nothing is left to do: at its end, and a replaced key out of the way.
    public boolean isFinished() {
        return cameToNothing() || isFinished(renewal(), kind(), retired());
    }

    /// Whether it was a page's that broke off before its certificate was written down: the page
    /// brings it again, or it is no renewal.
    boolean cameToNothing() {
        return subject.isCarried() && renewal() instanceof Renewal.Pending;
    }

    static boolean isFinished(Renewal renewal, RenewalKind kind, boolean retired) {
        return switch (renewal) {
            case Renewal.Refused _ -> true;
            case Renewal.Done _ -> kind == RenewalKind.RENEWAL || retired;
            case Renewal.Invited _,
                    Renewal.Pending _,
                    Renewal.Ready _,
                    Renewal.Keyed _,
                    Renewal.Uninstalled _,
                    Renewal.Unconfirmed _ ->
                    false;
        };
    }

    /// Whether a replaced key has been put out of the way.
    boolean retired() {
        return events.stream().anyMatch(e -> e instanceof RenewalEvent.Retired);
    }

    /// The certificate that is renewed.
    public Certificate old() {
        return ((RenewalEvent.Requested) events.getFirst()).old();
    }

    public Instant since() {
        return events.getFirst().at();
    }
}
