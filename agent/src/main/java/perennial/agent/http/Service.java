// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.util.Optional;

/// A part of what the agent answers: its own pages, a dialect, the self-test. Safe for use by many
/// threads.
///
/// What arrives here came from this computer and user, over a connection of the door's, and names
/// this agent as its Host; the method is GET, POST or OPTIONS. Whose page it is that asks is the
/// service's to judge ([Asker]).
@FunctionalInterface
public interface Service {
    /// Decides by itself whether this request may be answered here.
    ///
    /// @return empty when the request is not this service's; the next one is asked then, and after
    ///   the last the door refuses
    Optional<Response> answer(Request request) throws InterruptedException;

    /// How long a body is read for a POST with this head before [#answer] is asked. A longer one is
    /// refused unread, as is any that no service would read.
    ///
    /// @param head the request without its body
    /// @return octets; 0 when the request is not this service's, or has no body here
    default int longestBody(Request head) {
        return 0;
    }
}
