// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.util.List;
import java.util.Set;
import perennial.agent.AgentException;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.RenewalEvent;

/// The agent's own witness: facts about renewals, on disk before the next step is taken. Holds no
/// secret.
///
/// Who writes about a card holds its [CardLock]; reading needs none.
public interface RenewalJournal {
    /// Writes one fact down. When this returns it survives the loss of power; when it throws, the
    /// journal is as it was before.
    ///
    /// The first fact of a renewal is [RenewalEvent.Requested], and only that one begins it.
    ///
    /// @throws AgentException JOURNAL_NOT_WRITABLE, JOURNAL_DAMAGED
    void append(RenewalSubject subject, RenewalEvent event);

    /// Every renewal of this card, oldest first; the finished ones as long as they are kept. A fact
    /// that was being written when the power went is not among them.
    ///
    /// @throws AgentException JOURNAL_DAMAGED
    List<JournalledRenewal> of(CardNumber card);

    /// The cards it knows of.
    Set<CardNumber> cards();
}
