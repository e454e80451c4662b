// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.util.Arrays;
import java.util.Optional;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// The return codes of PC/SC that mean something to us (PC/SC part 5; the numbers are those of
/// every system), and what the holder is told. Any other code says CARD_ANSWER_INVALID.
enum ReturnCode {
    NO_SERVICE(0x8010001D, Problem.READER_SERVICE_MISSING),
    SERVICE_STOPPED(0x8010001E, Problem.READER_SERVICE_MISSING),
    /// pcsc-lite: the connection to its daemon broke.
    COMM_ERROR(0x80100013, Problem.READER_SERVICE_MISSING),
    /// pcsc-lite: the daemon, or the policy before it, lets this user do nothing.
    SECURITY_VIOLATION(0x8010006A, Problem.READER_SERVICE_MISSING),
    SERVER_TOO_BUSY(0x80100031, Problem.READER_SERVICE_MISSING),
    NO_READERS_AVAILABLE(0x8010002E, Problem.NO_READER),
    UNKNOWN_READER(0x80100009, Problem.NO_READER),
    READER_UNAVAILABLE(0x80100017, Problem.NO_READER),
    NO_SMARTCARD(0x8010000C, Problem.NO_CARD),
    SHARING_VIOLATION(0x8010000B, Problem.CARD_IN_USE),
    REMOVED_CARD(0x80100069, Problem.CARD_REMOVED),
    RESET_CARD(0x80100068, Problem.CARD_REMOVED),
    NOT_TRANSACTED(0x80100016, Problem.CARD_REMOVED),
    /// A handle that the service forgot: it has been started anew.
    INVALID_HANDLE(0x80100003, Problem.CARD_REMOVED),
    UNRESPONSIVE_CARD(0x80100066, Problem.CARD_MUTE),
    UNPOWERED_CARD(0x80100067, Problem.CARD_MUTE),
    UNSUPPORTED_CARD(0x80100065, Problem.CARD_MUTE),
    PROTO_MISMATCH(0x8010000F, Problem.CARD_MUTE),
    TIMEOUT(0x8010000A, Problem.CARD_ANSWER_INVALID),
    CANCELLED(0x80100002, Problem.CARD_ANSWER_INVALID);

    static final int SUCCESS = 0;

    private final int value;
    private final Problem problem;

    ReturnCode(int value, Problem problem) {
        this.value = value;
        this.problem = problem;
    }

    boolean is(int code) {
        return code == value;
    }

    static Problem problemOf(int code) {
        return of(code).map(known -> known.problem).orElse(Problem.CARD_ANSWER_INVALID);
    }

    /// @param call the function that gave the code
    static CardException failure(String call, int code) {
        return failure(problemOf(code), call, code);
    }

    /// @param problem where the moment says more than the code alone
    static CardException failure(Problem problem, String call, int code) {
        String name = of(code).map(known -> known.name() + " ").orElse("");
        return new CardException(problem, "%s: %s(%08X)".formatted(call, name, code));
    }

    private static Optional<ReturnCode> of(int code) {
        return Arrays.stream(values()).filter(known -> known.value == code).findFirst();
    }
}
