// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.protocol.http.BytesHandler;

/// A root and an issuing authority in this process, with their keys in files and their memory in a
/// database.
public final class LocalCa implements CertificationAuthority, AutoCloseable {
    private LocalCa() {}

    /// Opens the authority; makes its keys when there are none yet.
    ///
    /// @param database PostgreSQL with the migrations of `perennial/ca/db` in schema `ca`
    /// @throws CaException FILE_NOT_USABLE, CONFIGURATION_INVALID or DATABASE_UNAVAILABLE
    public static LocalCa open(
            CaSettings settings, DataSource database, Clock clock, SecureRandom random) {
        throw new UnsupportedOperationException();
    }

    @Override
    public IssueOutcome issue(CertificationRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CertStatus revoke(CertificateId certificate, RevocationReason reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CertStatus status(CertificateId certificate) {
        throw new UnsupportedOperationException();
    }

    /// Issuing authority first, root last.
    public List<Certificate> chain() {
        throw new UnsupportedOperationException();
    }

    /// The answer to an OCSP request (RFC 6960), both DER.
    public byte[] ocsp(byte[] request) {
        throw new UnsupportedOperationException();
    }

    /// The full CRL of the issuing authority (RFC 5280 5), DER.
    public byte[] crl() {
        throw new UnsupportedOperationException();
    }

    /// To be mounted at `/ocsp`.
    public BytesHandler ocspHandler() {
        throw new UnsupportedOperationException();
    }

    /// To be mounted at `/crl`: `/issuing.crl`.
    public BytesHandler crlHandler() {
        throw new UnsupportedOperationException();
    }

    /// To be mounted at `/certs`: `/issuing.cer` and `/root.cer`.
    public BytesHandler certificatesHandler() {
        throw new UnsupportedOperationException();
    }

    /// A key and a certificate for a service beside this authority, from its file in the folder, or
    /// made new when there is none or less than half of its life is left.
    ///
    /// @param profile its name is the file's name too
    public ServiceCredential serviceCredential(String profile, X500Principal subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
