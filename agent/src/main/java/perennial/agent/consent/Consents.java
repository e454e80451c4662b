// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import java.util.List;

/// Which sites may use the dialect. Everything else may not. Safe for use by many threads; what is
/// allowed or revoked holds for the next question, also after a restart.
public interface Consents {
    /// @param origin as the browser said it, never as a page or a parameter did
    boolean allows(Origin origin);

    /// Whether a page of this site may send the PIN instead of letting the agent's own window ask
    /// for it. Only for what [#allows] too, and only by the operator's list.
    boolean mayBringPin(Origin origin);

    /// Everything that was said, the revoked beside the allowed, by origin.
    List<Consented> all();

    /// The holder allows this site; takes back what was revoked.
    ///
    /// @throws perennial.agent.AgentException JOURNAL_NOT_WRITABLE when the home folder cannot be
    ///   written; nothing is allowed then
    void allow(Origin origin);

    /// The holder does not want this site any more, whoever allowed it.
    ///
    /// @throws perennial.agent.AgentException JOURNAL_NOT_WRITABLE when the home folder cannot be
    ///   written; what was allowed still is
    void revoke(Origin origin);
}
