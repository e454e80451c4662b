// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.util.Optional;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalId;

/// What stands behind an authority's own CMP endpoint: knows who may ask for what, decides, and
/// remembers. Safe for use by many threads.
///
/// Every method may be called again with the same arguments, at any time, and then answers the
/// same. Each may throw [ProtocolException], which becomes an error message.
public interface EnrolmentService {
    /// As whom the key of this certificate may protect messages; empty when it may not.
    Optional<Requester> requester(Certificate signer);

    /// The secret of this reference, whose holder is a [Requester.Enrolee]; the caller closes it.
    /// Empty when there is none or it has run out.
    Optional<SharedSecret> secret(byte[] reference);

    /// Asks for the certificate. The same request again, by the same requester, is the same
    /// enrolment; another one under its id is refused with transactionIdInUse.
    Enrolment enrol(EnrolmentRequest request);

    /// How an enrolment stands that this requester began; empty when there is none.
    Optional<Enrolment> enrolment(RenewalId id, Requester requester);

    /// The requester has the certificate and keeps it. Where possession is shown by
    /// [perennial.core.authority.ProofOfPossession#ENCRYPTED_CERTIFICATE], this is the proof.
    void confirm(RenewalId id, Requester requester);

    /// The requester does not want the certificate; it is of no use to anyone.
    void reject(RenewalId id, Requester requester, String text);

    /// Revokes, suspends or resumes, if the requester may: else the refusal is notAuthorized.
    RevocationOutcome revoke(RevocationRequest request, Requester requester);
}
