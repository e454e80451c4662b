// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.Serial;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// A command cannot go on; the person is told the problem's advice and the detail.
public final class Failure extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final Problem problem;

    /// @param detail what was expected and what came, never a secret
    public Failure(Problem problem, String detail) {
        super(detail);
        this.problem = problem;
    }

    public Failure(Problem problem, String detail, Throwable cause) {
        super(detail, cause);
        this.problem = problem;
    }

    @Override
    public Problem problem() {
        return problem;
    }
}
