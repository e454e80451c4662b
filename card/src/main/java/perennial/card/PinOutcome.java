// SPDX-License-Identifier: Apache-2.0
package perennial.card;

/// What the card says to a PIN (ISO/IEC 7816-4 VERIFY).
public sealed interface PinOutcome {
    record Verified() implements PinOutcome {}

    /// @param triesLeft at least 1
    record Wrong(int triesLeft) implements PinOutcome {}

    /// No tries left; the card must be unlocked first.
    record Blocked() implements PinOutcome {}
}
