// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.util.Optional;

/// A part of what the agent answers: its own pages, a dialect, the self-test. Safe for use by many
/// threads.
@FunctionalInterface
public interface Service {
    /// Decides by itself whether this request may be answered here.
    ///
    /// @return empty when the request is not this service's; the next one is asked then, and after
    ///   the last the door refuses
    Optional<Response> answer(Request request) throws InterruptedException;
}
