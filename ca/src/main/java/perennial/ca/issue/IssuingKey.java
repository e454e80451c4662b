// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import perennial.ca.CaException;
import perennial.ca.ServiceCredential;
import perennial.ca.issue.lint.SignedParts;
import perennial.ca.keys.SignatureContent;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;

/// The issuing authority's key. It signs two things only: [Linted] certificates and CRLs.
public final class IssuingKey {
    private final Signer signer;
    private final Certificate certificate;

    public IssuingKey(ServiceCredential issuing) {
        this.signer = issuing.signer();
        this.certificate = issuing.certificate();
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
    /// @return the signature value
    public byte[] signCrl(Path tbsCertList) throws IOException {
        try (InputStream in = Files.newInputStream(tbsCertList)) {
            return signer.sign(in);
        }
    }

    /// Signs; the signature has been verified ([ServiceCredential]).
    Certificate sign(Linted linted) {
        byte[] tbs = linted.take();
        byte[] signature = signer.sign(tbs);
        Certificate made =
                Certificate.ofDer(SignedParts.assemble(tbs, signer.algorithm(), signature));
        requireSigned(tbs, made);
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
