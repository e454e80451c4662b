// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// A key pair on the card, with the rules that it was made with; they go with it wherever it is
/// moved.
final class CardKey {
    static final byte PIN_NEVER = 0x01;
    static final byte PIN_ONCE = 0x02;
    static final byte PIN_ALWAYS = 0x03;
    static final byte TOUCH_NEVER = 0x01;
    static final byte GENERATED = 0x01;

    final byte algorithm;
    final byte pinPolicy;
    final byte[] privateHalf;

    /// As GENERATE ASYMMETRIC KEY PAIR answered it, inside 7F49; empty on cards made before it was
    /// kept.
    final byte[] publicHalf;

    CardKey(byte algorithm, byte pinPolicy, byte[] privateHalf, byte[] publicHalf) {
        this.algorithm = algorithm;
        this.pinPolicy = pinPolicy;
        this.privateHalf = privateHalf;
        this.publicHalf = publicHalf;
    }

    /// The rule of SP 800-73-4 part 1, table 5, for a key that was made without saying.
    static byte defaultPolicy(int reference) {
        return switch (reference) {
            case Piv.KEY_SIGNATURE -> PIN_ALWAYS;
            case Piv.KEY_CARD_AUTHENTICATION -> PIN_NEVER;
            default -> PIN_ONCE;
        };
    }
}
