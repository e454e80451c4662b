// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.est;

import java.util.List;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;

/// What stands behind an EST endpoint: one authority and what it enrols for. Safe for use by many
/// threads.
///
/// The same request by the same client is the same enrolment, however often it comes: clients have
/// no other way of asking how it stands (RFC 7030 4.2.3).
public interface EstService {
    /// The certificates that a client needs for a path from its own to the root, the root among
    /// them (RFC 7030 4.1.3).
    List<Certificate> authorities();

    /// What the certificates will say.
    RequestHints hints();

    /// A certificate for the subject and key of the request (RFC 7030 4.2.1).
    ///
    /// @param client whose key the TLS handshake has proven, by a chain that was valid then; what
    ///   it may do, and whether it is still good, is decided here
    IssueOutcome enrol(EstRequest request, Certificate client);

    /// Another certificate for the holder of this one, with the same key or another one (RFC 7030
    /// 4.2.2). No other than the client's own certificate is ever renewed.
    ///
    /// @param client as in [#enrol]
    IssueOutcome renew(EstRequest request, Certificate client);
}
