// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.Optional;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalId;

/// What stands behind a CMP endpoint: decides on updates and remembers them. Safe for use by many
/// threads.
///
/// Every method may be called again with the same arguments, at any time, and then answers the
/// same.
public interface UpdateService {
    /// Asks for the update.
    IssueOutcome update(UpdateRequest request);

    /// How an update that was asked for stands; empty when there is none of this id.
    Optional<IssueOutcome> outcome(RenewalId id);

    /// The certificate to be updated under this id, whose holder alone may poll for and confirm it;
    /// empty when there is no update of this id.
    Optional<Certificate> old(RenewalId id);

    /// The holder confirms that the certificate issued under this id is installed. Where possession
    /// is shown by [perennial.core.authority.ProofOfPossession#ENCRYPTED_CERTIFICATE], this is the
    /// proof, and the certificate must not be published before (RFC 9810 5.2.8.3.2).
    void confirm(RenewalId id);

    /// The holder rejects the certificate issued under this id; it is of no use to anyone.
    void reject(RenewalId id, String text);
}
