// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import perennial.agent.json.Json;
import perennial.card.Pin;
import perennial.core.advice.Explained;
import perennial.core.advice.Language;

/// Runs calls and turns whatever comes of them into an answer: the dialect knows no other way to
/// fail.
final class Calls {
    private static final System.Logger LOG = System.getLogger(Calls.class.getName());

    private final Replies replies = new Replies();

    /// Something that ends in an answer.
    @FunctionalInterface
    interface Call {
        Json.Members answer();
    }

    Json.Members refused(String func, Verdict verdict, Language language) {
        return replies.refused(func, verdict, language);
    }

    /// @param func the name of the answer, should it be a refusal
    Json.Members answer(String func, Language language, Call call) {
        try {
            return call.answer();
        } catch (RuntimeException e) {
            // The thread's edge: what nobody explains is ours.
            return refused(func, verdict(e), language);
        }
    }

    static Verdict verdict(RuntimeException failure) {
        if (failure instanceof RefusedException refused) {
            return refused.verdict();
        }
        if (failure instanceof Explained told) {
            LOG.log(System.Logger.Level.DEBUG, "answered with " + told.problem(), failure);
            return Verdict.of(told.problem());
        }
        LOG.log(System.Logger.Level.ERROR, "a call of the dialect failed", failure);
        return Verdict.of(RetCode.FAILED);
    }

    /// The secrets that a page sent along.
    ///
    /// @return the caller's to close; empty when they are not there
    /// @throws RefusedException PIN_FORMAT for what has not the form of a PIN
    static Optional<Held> brought(TbsPackage asked, Secrets wanted) {
        return switch (wanted) {
            case NONE -> Optional.of(Held.NOTHING);
            case PIN -> held(List.of(asked.secret("pin", "userpin", "currentPIN")));
            case CHANGE ->
                    held(
                            List.of(
                                    asked.secret("currentPIN", "oldPIN", "pin"),
                                    asked.secret("newpin", "newPIN")));
            case NEW -> held(List.of(asked.secret("newpin", "newPIN")));
        };
    }

    private static Optional<Held> held(List<Optional<char[]>> given) {
        List<Pin> pins = new ArrayList<>();
        try {
            for (Optional<char[]> one : given) {
                if (one.isEmpty()) {
                    pins.forEach(Pin::close);
                    return Optional.empty();
                }
                pins.add(Pin.of(one.get()));
            }
            return Optional.of(new Held(pins, false));
        } catch (IllegalArgumentException e) {
            pins.forEach(Pin::close);
            throw new RefusedException(Verdict.pinLength(), "not the form of a PIN", e);
        } finally {
            given.forEach(one -> one.ifPresent(characters -> Arrays.fill(characters, '\0')));
        }
    }
}
