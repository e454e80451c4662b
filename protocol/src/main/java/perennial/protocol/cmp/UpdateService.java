// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.List;
import java.util.Optional;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalTerms;

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

    /// What is wanted for each of these certificates, in order.
    ///
    /// @param holder whose key signed the question; what is under way is told for certificates of
    ///   the same subject only
    List<RenewalTerms> terms(List<CertificateId> certificates, Certificate holder);

    /// Decides whether the old certificate's key may be overwritten; for the same id the same
    /// permission again. The caller closes it.
    ///
    /// @param id the renewal that the permission is for
    /// @param holder whose key signed the request; only the old certificate's own key may give
    ///   itself up
    PermissionOutcome permission(RenewalId id, CertificateId old, Certificate holder);

    /// The permission of this reference and the update that it was given for; the caller closes it.
    /// Empty when there is none.
    ///
    /// @param id of the message: the update's, or one that nobody has used, since a client may
    ///   begin a transaction of its own under a permission; of another update, there is none
    /// @throws ProtocolException certConfirmed when it has ended with the confirmation; the reason
    ///   of the refusal when it has ended with that
    Optional<PermittedUpdate> permitted(RenewalId id, byte[] reference);
}
