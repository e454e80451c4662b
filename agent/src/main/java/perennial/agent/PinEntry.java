// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.util.Arrays;
import java.util.Optional;
import perennial.card.Pin;

/// What the holder types once for one renewal. Closing wipes it; shows nothing in its text form.
///
/// @param lastTryConsent whether the holder agrees to use the last try; without it the card is not
///   asked (PIN_LAST_TRY)
/// @param secondSecret management key or SO PIN, for cards that ask for it to be written; the array
///   is taken over
public record PinEntry(Pin pin, boolean lastTryConsent, Optional<char[]> secondSecret)
        implements AutoCloseable {
    public static PinEntry of(Pin pin, boolean lastTryConsent) {
        return new PinEntry(pin, lastTryConsent, Optional.empty());
    }

    @Override
    public void close() {
        pin.close();
        secondSecret.ifPresent(secret -> Arrays.fill(secret, '\0'));
    }

    @Override
    public String toString() {
        return "****";
    }
}
