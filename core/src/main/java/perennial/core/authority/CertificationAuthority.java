// SPDX-License-Identifier: Apache-2.0
package perennial.core.authority;

import perennial.core.certificate.CertStatus;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;

/// An authority that issues, revokes and tells the status, in this process or far away (RFC 4949).
///
/// Safe for use by many threads.
public interface CertificationAuthority {
    /// Issues at most one certificate for each transaction, however often and wherever this breaks
    /// off.
    IssueOutcome issue(CertificationRequest request);

    /// Revokes, suspends or resumes; repeating it changes nothing. What is revoked for good stays
    /// so, with its first reason and time, but for one change: that the key turns out to be
    /// compromised. What is resumed must have been suspended. What was intended and never issued
    /// can be revoked, and so can what has expired; only a suspension of that is refused.
    RevocationOutcome revoke(RevocationRequest request);

    /// [#revoke(RevocationRequest)] for whoever goes on with the status in any case.
    ///
    /// @return the status after it; [CertStatus.Unknown] when the certificate was not issued here
    default CertStatus revoke(CertificateId certificate, RevocationReason reason) {
        return revoke(RevocationRequest.of(certificate, reason)).status();
    }

    CertStatus status(CertificateId certificate);
}
