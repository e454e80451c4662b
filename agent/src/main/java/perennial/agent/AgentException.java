// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.io.Serial;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// The agent cannot do what was asked of it, for a reason a person can act on.
public final class AgentException extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final Problem problem;

    /// @param problem what the holder is told
    /// @param message what was expected and what came, never a secret
    public AgentException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public AgentException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    @Override
    public Problem problem() {
        return problem;
    }
}
