// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.unlock;

import java.io.Serial;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// A message of the unlock protocol is not one, is a refusal, or is not to be believed.
public final class UnlockMessageException extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final Problem problem;

    UnlockMessageException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    UnlockMessageException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    @Override
    public Problem problem() {
        return problem;
    }
}
