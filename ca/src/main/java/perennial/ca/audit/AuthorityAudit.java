// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.util.Optional;
import java.util.UUID;
import perennial.ca.CaException;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// The audit trail as one authority uses it.
///
/// @param authority its name
public record AuthorityAudit(String authority, AuditTrail trail) {
    /// It is decided that this certificate is going to be signed.
    public void decided(
            SerialNumber serialNumber,
            UUID transaction,
            String profile,
            byte[] requestDigest,
            Optional<SerialNumber> replaces) {
        trail.after(
                new AuditEvent.IssueDecided(
                        authority, serialNumber, transaction, profile, requestDigest, replaces));
    }

    /// A request is turned down.
    public void refused(UUID transaction, String profile, byte[] requestDigest, String reason) {
        trail.after(
                new AuditEvent.IssueRefused(
                        authority, transaction, profile, requestDigest, reason));
    }

    /// The key may sign these bytes when this returns.
    ///
    /// @throws CaException AUDIT_NOT_WRITABLE, AUDIT_DAMAGED
    public void signing(SerialNumber serialNumber, byte[] tbs) {
        trail.before(new AuditEvent.Signing(authority, serialNumber, AuditPublicKey.sha256(tbs)));
    }

    /// The key has signed.
    public void signed(Certificate certificate) {
        trail.after(
                new AuditEvent.Signed(
                        authority,
                        certificate.serialNumber(),
                        AuditPublicKey.sha256(certificate.der())));
    }

    /// The certificate is in the database.
    public void stored(Certificate certificate) {
        trail.after(
                new AuditEvent.Stored(
                        authority,
                        certificate.serialNumber(),
                        AuditPublicKey.sha256(certificate.der())));
    }

    /// The answer may leave when this returns.
    ///
    /// @throws CaException AUDIT_NOT_WRITABLE, AUDIT_DAMAGED
    public void settle() {
        trail.settle();
    }

    /// The status may be changed when this returns.
    ///
    /// @throws CaException AUDIT_NOT_WRITABLE, AUDIT_DAMAGED
    public void revoking(SerialNumber serialNumber, RevocationReason reason) {
        trail.before(new AuditEvent.RevocationDecided(authority, serialNumber, reason));
    }

    /// @param changed whether the status is another one now
    public void revoked(SerialNumber serialNumber, RevocationReason reason, boolean changed) {
        trail.after(new AuditEvent.RevocationDone(authority, serialNumber, reason, changed));
    }

    /// A CRL has been signed. It is served even while this cannot be written down.
    ///
    /// @param name which of the authority's lists
    /// @param digest SHA-256 of its TBSCertList
    public void crlSigned(String name, long number, byte[] digest) {
        trail.after(new AuditEvent.CrlSigned(authority, name, number, digest));
    }

    /// A key is in use from now on.
    public void keyReady(String key, AuditEvent.KeyReady.Origin origin, Certificate certificate) {
        trail.after(
                new AuditEvent.KeyReady(
                        authority,
                        key,
                        origin,
                        AuditPublicKey.sha256(certificate.publicKey().getEncoded())));
    }
}
