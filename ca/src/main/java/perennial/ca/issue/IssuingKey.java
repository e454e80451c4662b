// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import perennial.ca.CaException;
import perennial.ca.ServiceCredential;
import perennial.ca.audit.AuthorityAudit;
import perennial.ca.issue.lint.SignedParts;
import perennial.ca.keys.SignatureContent;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.crypto.Signer;

/// The issuing authority's key. It signs two things only: [Linted] certificates and CRLs.
public final class IssuingKey {
    private final Signer signer;
    private final Certificate certificate;
    private final AuthorityAudit audit;

    public IssuingKey(ServiceCredential issuing, AuthorityAudit audit) {
        this.signer = issuing.signer();
        this.certificate = issuing.certificate();
        this.audit = audit;
    }

    /// The issuing authority's own certificate.
    public Certificate certificate() {
        return certificate;
    }

    /// What stands in its certificates and CRLs (RFC 5280 4.1.1.2, 5.1.1.2).
    public AlgorithmIdentifier algorithm() {
        return SignatureContent.identifier(signer.algorithm());
    }

    /// Signs a CRL, read while it is signed; the signature has been verified.
    ///
    /// @param tbsCertList a file with its DER
    /// @param list which of the authority's CRLs
    /// @return the signature value
    public byte[] signCrl(Path tbsCertList, String list, long number) throws IOException {
        MessageDigest digest = sha256();
        byte[] signature;
        try (InputStream in = new DigestInputStream(Files.newInputStream(tbsCertList), digest)) {
            signature = signer.sign(in);
        }
        audit.crlSigned(list, number, digest.digest());
        return signature;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Signs; the signature has been verified ([ServiceCredential]).
    ///
    /// @throws CaException also AUDIT_NOT_WRITABLE, AUDIT_DAMAGED; then it has not signed
    Certificate sign(Linted linted, SerialNumber serialNumber) {
        byte[] tbs = linted.take();
        audit.signing(serialNumber, tbs);
        byte[] signature = signer.sign(tbs);
        Certificate made =
                Certificate.ofDer(SignedParts.assemble(tbs, signer.algorithm(), signature));
        requireSigned(tbs, made);
        audit.signed(made);
        return made;
    }

    /// What goes out is what was written down and looked at, octet for octet.
    private static void requireSigned(byte[] tbs, Certificate made) {
        try {
            if (!Arrays.equals(made.x509().getTBSCertificate(), tbs)) {
                throw new CaException(
                        Problem.INTERNAL, "the certificate differs from what was intended");
            }
        } catch (CertificateEncodingException e) {
            throw new CaException(
                    Problem.INTERNAL, "the certificate differs from what was intended", e);
        }
    }
}
