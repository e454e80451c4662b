// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.Serial;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;

/// A file is not the CMS that was expected, or not for this key.
public final class CmsException extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final Problem problem;

    /// @param problem what the holder is told
    /// @param message what was expected and what came
    public CmsException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public CmsException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    @Override
    public Problem problem() {
        return problem;
    }
}
