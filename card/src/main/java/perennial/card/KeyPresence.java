// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.security.PublicKey;

/// What a card tells of the key in a slot, without its PIN and without the key being used.
public sealed interface KeyPresence {
    /// This card does not tell; only a use of the key does.
    record Untold() implements KeyPresence {}

    /// There is no key.
    record Absent() implements KeyPresence {}

    record Present(PublicKey key) implements KeyPresence {}
}
