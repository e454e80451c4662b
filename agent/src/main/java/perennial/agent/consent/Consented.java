// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import java.time.Instant;

/// One site, and what was said about it.
///
/// @param source who allowed it
/// @param since when
/// @param mayBringPin its pages may send the PIN themselves; by the operator's list alone
/// @param revoked the operator allows it, the holder does not
public record Consented(
        Origin origin, Source source, Instant since, boolean mayBringPin, boolean revoked) {
    public enum Source {
        /// A list that a registration authority signed.
        OPERATOR,
        /// The holder of this computer's account.
        HOLDER
    }
}
