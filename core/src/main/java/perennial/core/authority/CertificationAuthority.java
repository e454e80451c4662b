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

    /// Revokes, or suspends for [RevocationReason#CERTIFICATE_HOLD], or resumes for
    /// [RevocationReason#REMOVE_FROM_CRL]; repeating it changes nothing.
    ///
    /// @return the status after it; [CertStatus.Unknown] when the certificate was not issued here
    CertStatus revoke(CertificateId certificate, RevocationReason reason);

    CertStatus status(CertificateId certificate);
}
