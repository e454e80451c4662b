// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import perennial.agent.json.Json;

/// How a call ended that got as far as the card.
sealed interface Result {
    /// @param reply whole, with its outcome
    record Done(Json.Members reply) implements Result {}

    /// @param triesLeft 0 when the PIN is blocked
    record PinRefused(int triesLeft) implements Result {}
}
