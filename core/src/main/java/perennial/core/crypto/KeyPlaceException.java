// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.io.Serial;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// The place of an authority's key failed: it is out of reach, has no such key, or another one.
public final class KeyPlaceException extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final Problem problem;

    public KeyPlaceException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public KeyPlaceException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    @Override
    public Problem problem() {
        return problem;
    }
}
