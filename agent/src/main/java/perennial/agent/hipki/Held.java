// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.List;
import perennial.card.Pin;

/// What the holder gave for one call; closed by whoever made it.
///
/// @param pins as many as [Secrets#count] says
/// @param lastTryConsent whether the holder agrees to use the last try
record Held(List<Pin> pins, boolean lastTryConsent) implements AutoCloseable {
    static final Held NOTHING = new Held(List.of(), false);

    Held {
        pins = List.copyOf(pins);
    }

    @Override
    public void close() {
        pins.forEach(Pin::close);
    }

    @Override
    public String toString() {
        return "****";
    }
}
