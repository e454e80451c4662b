// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Optional;
import perennial.agent.PinEntry;
import perennial.core.certificate.CardNumber;

/// What one examination is to look at.
///
/// @param reader the reader with the card that is meant; empty for the only one that holds a card
/// @param card the card that the holder saw there; another one is not touched
/// @param pin presented once, if the last try is not at stake or the holder agrees; stays the
///   caller's to close; empty to leave out what needs a PIN
/// @param browser empty outside of a page
/// @param neededVersion the oldest component that a page works with
public record Asked(
        Optional<String> reader,
        Optional<CardNumber> card,
        Optional<PinEntry> pin,
        Optional<BrowserFacts> browser,
        Optional<String> neededVersion) {
    /// Everything that takes neither PIN nor browser.
    public static Asked nothing() {
        return new Asked(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public Asked in(String name) {
        return new Asked(Optional.of(name), card, pin, browser, neededVersion);
    }

    public Asked of(CardNumber shown) {
        return new Asked(reader, Optional.of(shown), pin, browser, neededVersion);
    }

    public Asked with(PinEntry entry) {
        return new Asked(reader, card, Optional.of(entry), browser, neededVersion);
    }

    public Asked by(BrowserFacts facts) {
        return new Asked(reader, card, pin, Optional.of(facts), neededVersion);
    }

    public Asked needing(String version) {
        return new Asked(reader, card, pin, browser, Optional.of(version));
    }
}
