// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.Serial;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// What the authority stands on failed: its database, its files, its keys or its settings. After
/// DATABASE_UNAVAILABLE it is not known whether the step was written; asking again is always safe.
public final class CaException extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final Problem problem;

    public CaException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public CaException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    @Override
    public Problem problem() {
        return problem;
    }
}
