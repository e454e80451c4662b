// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.net.URI;
import java.util.Optional;
import perennial.core.renewal.Ticket;

/// What is to be done with a card. Whatever was begun before is finished in every case.
public sealed interface RenewalOrder {
    /// Renew what the ticket names, or, without one, every certificate of the holder on the card.
    record Renew(URI registrationAuthority, Optional<Ticket> ticket) implements RenewalOrder {}

    /// Nothing new.
    record Finish() implements RenewalOrder {}
}
