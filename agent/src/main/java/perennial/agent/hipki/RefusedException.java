// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.io.Serial;

/// What a page asked for cannot be done; it is told the numbers.
final class RefusedException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Verdict verdict;

    /// @param message what was expected and what came, never a secret
    RefusedException(RetCode code, String message) {
        super(message);
        this.verdict = Verdict.of(code);
    }

    RefusedException(RetCode code, String message, Throwable cause) {
        this(Verdict.of(code), message, cause);
    }

    RefusedException(Verdict verdict, String message, Throwable cause) {
        super(message, cause);
        this.verdict = verdict;
    }

    Verdict verdict() {
        return verdict;
    }
}
