// SPDX-License-Identifier: Apache-2.0
package perennial.card;

import java.io.Serial;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// The card or the reader failed. Nothing that was expected of the last command may be taken as
/// done or as not done.
public final class CardException extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final Problem problem;

    /// @param problem what the holder is told
    /// @param message what was expected and what came, never a secret
    public CardException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public CardException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    @Override
    public Problem problem() {
        return problem;
    }
}
