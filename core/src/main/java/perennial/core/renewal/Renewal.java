// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.security.PublicKey;
import java.util.List;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.renewal.RenewalEvent.Approved;
import perennial.core.renewal.RenewalEvent.Confirmed;
import perennial.core.renewal.RenewalEvent.Installed;
import perennial.core.renewal.RenewalEvent.Issued;
import perennial.core.renewal.RenewalEvent.KeyGenerated;
import perennial.core.renewal.RenewalEvent.Rejected;
import perennial.core.renewal.RenewalEvent.Requested;
import perennial.core.renewal.RenewalEvent.Retired;

/// Where one renewal stands: the fold of its events.
///
/// One witness may not see what the other sees: an agent learns of the approval by the certificate,
/// a registration authority learns of the installation by the confirmation. Those steps may be
/// absent, never reversed. A holder may reject a certificate that is not installed; that ends the
/// renewal too.
public sealed interface Renewal {
    /// Nothing has happened.
    record Invited() implements Renewal {}

    /// Asked for; not decided as far as this witness knows.
    record Pending(Certificate old) implements Renewal {}

    /// Allowed; no certificate yet.
    record Ready(Certificate old) implements Renewal {}

    /// A new key exists on the card; no certificate for it yet.
    record Keyed(Certificate old, PublicKey key) implements Renewal {}

    /// The certificate exists and is not known to be on the card.
    record Uninstalled(Certificate old, Certificate fresh) implements Renewal {}

    /// On the card; the other side does not know yet.
    record Unconfirmed(Certificate old, Certificate fresh) implements Renewal {}

    record Done(Certificate old, Certificate fresh) implements Renewal {}

    record Refused(Certificate old, FailInfo reason, String text) implements Renewal {}

    /// Where a renewal stands after these events, in their order.
    static Renewal of(List<RenewalEvent> events) {
        Renewal renewal = new Invited();
        for (RenewalEvent event : events) {
            renewal = renewal.after(event);
        }
        return renewal;
    }

    /// @throws IllegalStateException when the event cannot follow
    default Renewal after(RenewalEvent event) {
        return switch (this) {
            case Invited _ when event instanceof Requested(_, var old, _) -> new Pending(old);
            case Pending(var old) when event instanceof Approved -> new Ready(old);
            case Pending(var old) when event instanceof Issued(var fresh, _) ->
                    new Uninstalled(old, fresh);
            case Pending(var old) when event instanceof Rejected(var reason, var text, _) ->
                    new Refused(old, reason, text);
            case Pending(var old) when event instanceof KeyGenerated(var key, _) ->
                    new Keyed(old, key);
            case Ready(var old) when event instanceof Issued(var fresh, _) ->
                    new Uninstalled(old, fresh);
            case Ready(var old) when event instanceof KeyGenerated(var key, _) ->
                    new Keyed(old, key);
            case Keyed(var old, _) when event instanceof KeyGenerated(var key, _) ->
                    new Keyed(old, key);
            case Keyed(var old, _) when event instanceof Issued(var fresh, _) ->
                    new Uninstalled(old, fresh);
            case Keyed(var old, _) when event instanceof Rejected(var reason, var text, _) ->
                    new Refused(old, reason, text);
            case Ready(var old) when event instanceof Rejected(var reason, var text, _) ->
                    new Refused(old, reason, text);
            case Uninstalled(var old, var fresh)
                    when event instanceof Installed(var serial, _) && is(fresh, serial) ->
                    new Unconfirmed(old, fresh);
            case Uninstalled(var old, var fresh)
                    when event instanceof Confirmed(var serial, _) && is(fresh, serial) ->
                    new Done(old, fresh);
            case Uninstalled(var old, _) when event instanceof Rejected(var reason, var text, _) ->
                    new Refused(old, reason, text);
            case Unconfirmed(var old, var fresh)
                    when event instanceof Confirmed(var serial, _) && is(fresh, serial) ->
                    new Done(old, fresh);
            case Done(var old, _) when event instanceof Retired(var serial, _) && is(old, serial) ->
                    this;
            case Invited _,
                    Pending _,
                    Ready _,
                    Keyed _,
                    Uninstalled _,
                    Unconfirmed _,
                    Done _,
                    Refused _ ->
                    throw new IllegalStateException(
                            "%s cannot follow %s"
                                    .formatted(
                                            event.getClass().getSimpleName(),
                                            getClass().getSimpleName()));
        };
    }

    /// Whether nothing is left to do.
    default boolean isFinal() {
        return this instanceof Done || this instanceof Refused;
    }

    private static boolean is(Certificate fresh, SerialNumber serial) {
        return fresh.serialNumber().equals(serial);
    }
}
