// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import java.io.Serial;
import org.springframework.http.HttpStatus;
import perennial.core.advice.Problem;

/// A request that is answered with a problem.
final class RefusedRequest extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final Problem problem;

    /// @param message what was expected and what came
    RefusedRequest(HttpStatus status, Problem problem, String message) {
        super(message);
        this.status = status;
        this.problem = problem;
    }

    RefusedRequest(HttpStatus status, Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.problem = problem;
    }

    HttpStatus status() {
        return status;
    }

    Problem problem() {
        return problem;
    }
}
