// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.RenewalId;

/// A request for one certificate as the authority's endpoint hands it on: the message's protection
/// and a signature proof of possession have been verified. Whether the requester may ask for this
/// has not been looked at.
///
/// @param id the transactionID
/// @param profile from the header's certProfile, or else from the path; absent for the authority to
///   choose
/// @param proof [ProofOfPossession#RA_VERIFIED] only from a registration authority
/// @param old from the oldCertId control of a kur (RFC 4211 6.5); absent for the certificate that
///   protects the message
/// @param notAfter the end asked for in the template
/// @param implicitConfirm whether the requester would do without a confirmation (RFC 9810 5.1.1.1)
public record EnrolmentRequest(
        RenewalId id,
        RequestKind kind,
        Requester requester,
        Optional<String> profile,
        X500Principal subject,
        PublicKey key,
        ProofOfPossession proof,
        Optional<CertificateId> old,
        Optional<Instant> notAfter,
        boolean implicitConfirm) {}
