// SPDX-License-Identifier: Apache-2.0
package perennial.core.authority;

import java.time.Duration;
import perennial.core.certificate.Certificate;

/// What an authority answers to a request (PKIStatus, RFC 9810 5.2.3).
public sealed interface IssueOutcome {
    record Accepted(Certificate certificate) implements IssueOutcome {}

    /// Not decided yet; ask again after the time given.
    record Waiting(Duration retryAfter) implements IssueOutcome {}

    /// @param text for logs and developers, in English; what the holder reads is an advice chosen
    ///   by [#reason]
    record Rejection(FailInfo reason, String text) implements IssueOutcome {}
}
