// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.security.PublicKey;
import javax.security.auth.x500.X500Principal;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.RenewalId;

/// A request for a certificate in place of another as the server hands it on: the message's
/// protection has been verified with the key of `protectedBy`, which was issued by a trusted
/// authority, or with the secret of this renewal's permission, and a signature proof of possession
/// has been verified. Status, validity period and eligibility have not been looked at.
///
/// @param id the transactionID
/// @param old the certificate to be updated, from the oldCertId control (RFC 4211 6.5)
/// @param subject from the certificate template
/// @param key from the certificate template
/// @param proof how possession is shown; who decides refuses
///   [ProofOfPossession#ENCRYPTED_CERTIFICATE] with badPOP where the certificate to be updated is
///   of a key that may sign (RFC 9810 5.2.8.4)
/// @param protectedBy the certificate whose key signed the message: the one to be updated, or,
///   where that one's key must not sign, another of the same holder; under a permission, the one
///   whose key asked for it
public record UpdateRequest(
        RenewalId id,
        CertificateId old,
        X500Principal subject,
        PublicKey key,
        ProofOfPossession proof,
        Certificate protectedBy) {}
