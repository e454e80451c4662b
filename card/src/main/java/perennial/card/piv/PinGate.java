// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;

/// What the session knows of the PIN: how many tries are left, and, once it is verified, the PIN
/// itself for the key that asks before every use.
///
/// A PIN that the card has once called wrong is wiped and never presented again.
final class PinGate {
    private final PivApplication application;
    private int triesLeft = -1;
    private @Nullable Pin kept;
    private @Nullable Problem refused;

    PinGate(PivApplication application) {
        this.application = application;
    }

    int triesLeft() {
        if (kept == null) {
            application.triesLeft().ifPresent(left -> triesLeft = left);
        }
        if (triesLeft < 0) {
            throw PivObjects.invalid("the PIN counts as verified before it was presented");
        }
        return triesLeft;
    }

    /// Asks for the tries first: a verified PIN hides them, and a blocked one is not presented.
    PinOutcome verify(Pin pin) {
        forget();
        refused = null;
        if (triesLeft() == 0) {
            return new PinOutcome.Blocked();
        }
        PinOutcome outcome = application.verify(pin);
        switch (outcome) {
            case PinOutcome.Verified() -> kept = pin.copy();
            case PinOutcome.Wrong(int left) -> triesLeft = left;
            case PinOutcome.Blocked() -> triesLeft = 0;
        }
        return outcome;
    }

    /// Sets another PIN. A session whose PIN was verified goes on with the next one; after a wrong
    /// one it has none.
    PinOutcome change(Pin current, Pin next) {
        boolean verified = kept != null;
        forget();
        if (triesLeft() == 0) {
            return new PinOutcome.Blocked();
        }
        PinOutcome outcome = application.changePin(current, next);
        switch (outcome) {
            case PinOutcome.Verified() -> {
                refused = null;
                if (verified) {
                    present(next);
                    kept = next.copy();
                }
            }
            case PinOutcome.Wrong(int left) -> triesLeft = left;
            case PinOutcome.Blocked() -> triesLeft = 0;
        }
        return outcome;
    }

    /// Sets another PIN by the PUK. The session has none afterwards.
    PinOutcome unblock(Pin puk, Pin next) {
        PinOutcome outcome = application.resetRetryCounter(puk, next);
        if (outcome instanceof PinOutcome.Verified) {
            forget();
            refused = null;
        }
        return outcome;
    }

    /// Makes the card ready for one use of a key with this rule.
    void open(PinPolicy policy) {
        switch (policy) {
            case NEVER -> {}
            case ONCE -> {
                Pin _ = verified();
            }
            case ALWAYS -> present(verified());
        }
    }

    /// @throws IllegalStateException when no PIN was verified in this session
    Pin verified() {
        if (refused != null) {
            throw new CardException(refused, "the card no longer takes the session's PIN");
        }
        if (kept == null) {
            throw new IllegalStateException("the session needs a verified PIN");
        }
        return kept;
    }

    void forget() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    private void present(Pin pin) {
        PinOutcome outcome = application.verify(pin);
        switch (outcome) {
            case PinOutcome.Verified() -> {}
            case PinOutcome.Wrong(int left) -> refuse(left, Problem.PIN_WRONG);
            case PinOutcome.Blocked() -> refuse(0, Problem.PIN_BLOCKED);
        }
    }

    private void refuse(int left, Problem problem) {
        forget();
        triesLeft = left;
        refused = problem;
        throw new CardException(problem, "the card no longer takes the session's PIN");
    }
}
