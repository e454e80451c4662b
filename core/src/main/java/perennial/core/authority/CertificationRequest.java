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
/// @param profile name of the [perennial.core.certificate.CertificateProfile] to issue by
/// @param subject the subject to certify
/// @param key the key to certify
/// @param proof how possession of its private half is shown; for [ProofOfPossession#SIGNATURE] it
///   has been verified
/// @param replaces the certificate that is renewed, absent for a first certificate
/// @param notAfter an earlier end than the profile would give, absent for the profile's own
public record CertificationRequest(
        UUID transaction,
        String profile,
        X500Principal subject,
        PublicKey key,
        ProofOfPossession proof,
        Optional<Certificate> replaces,
        Optional<Instant> notAfter) {}
