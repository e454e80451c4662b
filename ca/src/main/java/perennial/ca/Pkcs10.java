// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.ProofOfPossession;

/// Requests in PKCS #10 (RFC 2986). Only subject and key are taken from them: what a certificate
/// says beyond that is the profile's business, requested extensions are ignored.
public final class Pkcs10 {
    /// No request is larger.
    public static final int MAX_OCTETS = 16 * 1024;

    private Pkcs10() {}

    /// Reads a request and verifies its signature, which proves possession.
    ///
    /// @param pemOrDer PEM with any text before it, or DER
    /// @throws CaException REQUEST_INVALID when it is no request or its signature does not verify
    public static CertificationRequest read(
            byte[] pemOrDer, UUID transaction, String profile, Optional<Instant> notAfter) {
        if (pemOrDer.length > MAX_OCTETS) {
            throw new CaException(
                    Problem.REQUEST_INVALID,
                    "PKCS #10 of %d octets, at most %d".formatted(pemOrDer.length, MAX_OCTETS));
        }
        try {
            JcaPKCS10CertificationRequest request =
                    new JcaPKCS10CertificationRequest(der(pemOrDer));
            PublicKey key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new CaException(
                        Problem.REQUEST_INVALID, "the signature of the PKCS #10 does not verify");
            }
            return new CertificationRequest(
                    transaction,
                    profile,
                    new X500Principal(request.getSubject().getEncoded()),
                    key,
                    ProofOfPossession.SIGNATURE,
                    Optional.empty(),
                    notAfter);
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException e) {
            throw new CaException(Problem.REQUEST_INVALID, "not a PKCS #10 request", e);
        }
    }

    private static byte[] der(byte[] pemOrDer) throws IOException {
        String text = new String(pemOrDer, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf("-----BEGIN ");
        if (begin < 0) {
            return pemOrDer;
        }
        try (PemReader reader = new PemReader(new StringReader(text.substring(begin)))) {
            PemObject object = reader.readPemObject();
            if (object == null || !object.getType().endsWith("CERTIFICATE REQUEST")) {
                throw new IOException("expected a PEM certificate request");
            }
            return object.getContent();
        }
    }
}
