// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.est;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.protocol.cmp.ProtocolException;

/// A simple PKI request: PKCS #10 whose signature has been verified (RFC 7030 4.2.1).
///
/// @param der the request itself
/// @param subject the subject asked for
/// @param key the key asked for, whose private half signed the request
/// @param subjectAltName the content of that extension, DER, when one is asked for
public record EstRequest(
        byte[] der, X500Principal subject, PublicKey key, Optional<byte[]> subjectAltName) {
    /// No request is larger.
    public static final int MAX_OCTETS = 16 * 1024;

    public EstRequest {
        der = der.clone();
        subjectAltName = subjectAltName.map(byte[]::clone);
    }

    /// Reads a request and verifies its signature, which proves possession of the key.
    ///
    /// A request with a challengePassword is refused: it would be the tls-unique value of the
    /// connection, which must be verified where it is sent (RFC 7030 3.5), and which TLS 1.3 does
    /// not have.
    ///
    /// @throws ProtocolException REQUEST_INVALID, with badPOP when the signature does not verify
    public static EstRequest ofDer(byte[] der) {
        if (der.length > MAX_OCTETS) {
            throw invalid(
                    FailInfo.badDataFormat,
                    "a request of %d octets, at most %d".formatted(der.length, MAX_OCTETS));
        }
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            if (!Arrays.equals(request.getEncoded(), der)) {
                throw invalid(FailInfo.badDataFormat, "expected one PKCS #10 request, DER");
            }
            PublicKey key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw invalid(FailInfo.badPOP, "the signature of the request does not verify");
            }
            if (request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_challengePassword).length
                    > 0) {
                throw invalid(
                        FailInfo.unacceptedExtension,
                        "a challengePassword cannot be verified, leave it out");
            }
            return new EstRequest(
                    der,
                    new X500Principal(request.getSubject().getEncoded()),
                    key,
                    subjectAltName(request));
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException e) {
            throw new ProtocolException(
                    Problem.REQUEST_INVALID, FailInfo.badDataFormat, "not a PKCS #10 request", e);
        }
    }

    /// Whether the request names the same subject in the same way as the certificate, in the name
    /// and beside it (RFC 7030 4.2.2).
    public boolean names(Certificate certificate) {
        byte[] extension =
                certificate.x509().getExtensionValue(Extension.subjectAlternativeName.getId());
        Optional<byte[]> own =
                Optional.ofNullable(extension)
                        .map(octets -> ASN1OctetString.getInstance(octets).getOctets());
        return Arrays.equals(subject.getEncoded(), certificate.subject().getEncoded())
                && Arrays.equals(subjectAltName.orElse(null), own.orElse(null));
    }

    @Override
    public byte[] der() {
        return der.clone();
    }

    private static Optional<byte[]> subjectAltName(JcaPKCS10CertificationRequest request) {
        Extensions asked = request.getRequestedExtensions();
        return Optional.ofNullable(asked)
                .map(extensions -> extensions.getExtension(Extension.subjectAlternativeName))
                .map(extension -> extension.getExtnValue().getOctets());
    }

    private static ProtocolException invalid(FailInfo failInfo, String message) {
        return new ProtocolException(Problem.REQUEST_INVALID, failInfo, message);
    }
}
