// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import perennial.core.renewal.Ticket;

/// The agent's command-line door. Safe for use by many threads.
///
/// Every method throws [AgentException], [perennial.card.CardException] or
/// [perennial.protocol.cmp.ProtocolException], each with its problem.
public interface AgentCommands {
    /// The readers present now; empty when there is none.
    List<ReaderView> readers();

    /// Reads the card in the reader of this name.
    CardView card(String reader);

    /// What the journal holds that is not at its end, oldest first.
    List<UnfinishedRenewal> unfinished();

    /// Renews the card's certificates as far as it goes; what was begun before is finished first,
    /// with the registration authority it was begun with.
    ///
    /// @param registrationAuthority the origin of one of the settings' registration authorities
    /// @param ticket which certificates under which ids; empty for every certificate of the card
    ///   that has a renewable key slot, under ids of the agent's own
    /// @param entry presented once; closed by this call in every case
    RenewalReport renew(
            String reader,
            URI registrationAuthority,
            Optional<Ticket> ticket,
            PinEntry entry,
            ProgressListener listener);
}
