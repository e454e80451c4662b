// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.Set;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// What a library's refusals mean for a card's holder.
final class Refusal {
    private static final Set<ReturnCode> LOST =
            Set.of(
                    ReturnCode.DEVICE_REMOVED,
                    ReturnCode.TOKEN_NOT_PRESENT,
                    ReturnCode.SESSION_CLOSED,
                    ReturnCode.SESSION_HANDLE_INVALID,
                    ReturnCode.CRYPTOKI_NOT_INITIALIZED);

    private static final Set<ReturnCode> RIGHTS =
            Set.of(ReturnCode.USER_NOT_LOGGED_IN, ReturnCode.USER_TYPE_INVALID);

    private Refusal() {}

    /// Whether the token is out of reach, so that nothing else is worth trying.
    static boolean isLost(ReturnCode code) {
        return LOST.contains(code);
    }

    /// Whether another one than who is logged in may do it.
    static boolean isOfRights(ReturnCode code) {
        return RIGHTS.contains(code);
    }

    static CardException of(CryptokiException e) {
        return as(e, Problem.CARD_ANSWER_INVALID);
    }

    /// Of a call that writes.
    static CardException ofWriting(CryptokiException e) {
        if (isOfRights(e.code())) {
            return as(e, Problem.SECOND_SECRET_NEEDED);
        }
        return as(e, Problem.CARD_NOT_WRITABLE);
    }

    /// @param otherwise what it is when the code does not say it
    static CardException as(CryptokiException e, Problem otherwise) {
        ReturnCode code = e.code();
        Problem problem = otherwise;
        if (isLost(code)) {
            problem = Problem.CARD_REMOVED;
        } else if (code.equals(ReturnCode.DEVICE_MEMORY)) {
            problem = Problem.CARD_FULL;
        } else if (code.equals(ReturnCode.PIN_LOCKED)) {
            problem = Problem.PIN_BLOCKED;
        } else if (code.equals(ReturnCode.TOKEN_NOT_RECOGNIZED)
                || code.equals(ReturnCode.USER_PIN_NOT_INITIALIZED)) {
            problem = Problem.CARD_NOT_SUPPORTED;
        }
        return new CardException(problem, String.valueOf(e.getMessage()), e);
    }
}
