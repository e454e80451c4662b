// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.time.Instant;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;

/// How one enrolment stands.
///
/// @param kind by which message it was asked for
/// @param proof with [ProofOfPossession#ENCRYPTED_CERTIFICATE] the certificate goes out encrypted
/// @param confirmBy when the confirmation is expected at the latest; counts while it is open
public record Enrolment(
        RequestKind kind,
        ProofOfPossession proof,
        IssueOutcome outcome,
        Ending ending,
        Instant confirmBy) {
    /// Whether the requester has said what becomes of the certificate.
    public enum Ending {
        OPEN,
        /// It was agreed that nothing has to be said.
        IMPLICITLY_CONFIRMED,
        CONFIRMED,
        REJECTED
    }
}
