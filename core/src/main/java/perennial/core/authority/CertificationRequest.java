// SPDX-License-Identifier: Apache-2.0
package perennial.core.authority;

import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import perennial.core.certificate.Certificate;

/// A request for one certificate that its receiver has already checked (RFC 2986, RFC 4211).
///
/// @param transaction names the request; the same transaction asked again gets the same
///   certificate, never a second
/// @param profile name of the certificate profile to issue by
/// @param subject the subject to certify
/// @param key the key to certify
/// @param proof how possession of its private half is shown; for [ProofOfPossession#SIGNATURE] it
///   has been verified
/// @param replaces the certificate that is renewed, absent for a first certificate
/// @param notAfter an earlier end than the profile would give, absent for the profile's own
/// @param details what a first certificate says of its holder beside the name; a renewal carries
///   over what the old one says
public record CertificationRequest(
        UUID transaction,
        String profile,
        X500Principal subject,
        PublicKey key,
        ProofOfPossession proof,
        Optional<Certificate> replaces,
        Optional<Instant> notAfter,
        HolderDetails details) {

    /// A request that says no more of its holder than the name.
    public CertificationRequest(
            UUID transaction,
            String profile,
            X500Principal subject,
            PublicKey key,
            ProofOfPossession proof,
            Optional<Certificate> replaces,
            Optional<Instant> notAfter) {
        this(transaction, profile, subject, key, proof, replaces, notAfter, HolderDetails.NONE);
    }
}
