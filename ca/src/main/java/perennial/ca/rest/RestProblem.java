// SPDX-License-Identifier: Apache-2.0
package perennial.ca.rest;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.core.advice.Explained;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.RevocationOutcome;
import perennial.protocol.http.RefusalStatus;

/// A request that is answered with a problem (RFC 9457).
final class RestProblem extends RuntimeException implements Explained {
    @Serial private static final long serialVersionUID = 1L;

    private final int status;
    private final Problem problem;
    private final @Nullable FailInfo failInfo;

    private RestProblem(int status, Problem problem, @Nullable FailInfo failInfo, String detail) {
        super(detail);
        this.status = status;
        this.problem = problem;
        this.failInfo = failInfo;
    }

    static RestProblem of(int status, Problem problem, String detail) {
        return new RestProblem(status, problem, null, detail);
    }

    /// What is asked for cannot be read.
    static RestProblem invalid(String detail) {
        return of(400, Problem.REQUEST_INVALID, detail);
    }

    static RestProblem notFound() {
        return of(404, Problem.PAGE_NOT_FOUND, "nothing is here");
    }

    /// A certificate that is not known here.
    static RestProblem unknown(String serialNumber) {
        return of(404, Problem.UNKNOWN_CERTIFICATE, serialNumber + " was not issued here");
    }

    /// What the authority itself refused.
    static RestProblem refused(FailInfo failInfo, String text) {
        return new RestProblem(
                RefusalStatus.of(failInfo),
                Problem.atStartOf(text).orElse(Problem.REQUEST_INVALID),
                failInfo,
                text);
    }

    /// Nothing was changed, because of what the certificate is now.
    static RestProblem conflict(RevocationOutcome.Refused refused) {
        return new RestProblem(
                409,
                Problem.atStartOf(refused.text()).orElse(Problem.REQUEST_INVALID),
                refused.reason(),
                refused.text());
    }

    int status() {
        return status;
    }

    @Override
    public Problem problem() {
        return problem;
    }

    Optional<FailInfo> failInfo() {
        return Optional.ofNullable(failInfo);
    }
}
