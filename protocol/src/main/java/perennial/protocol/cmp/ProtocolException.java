// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.io.Serial;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;

/// The other side, or the way to it, failed.
public final class ProtocolException extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final FailInfo failInfo;

    /// @param problem what the holder is told
    /// @param failInfo what the other side is told, or has told
    /// @param message what was expected and what came
    public ProtocolException(Problem problem, FailInfo failInfo, String message) {
        super(message);
        this.problem = problem;
        this.failInfo = failInfo;
    }

    public ProtocolException(Problem problem, FailInfo failInfo, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
        this.failInfo = failInfo;
    }

    @Override
    public Problem problem() {
        return problem;
    }

    public FailInfo failInfo() {
        return failInfo;
    }
}
