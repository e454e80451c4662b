// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import perennial.core.certificate.Certificate;

/// The asking side of OCSP, for tests.
final class Ocsp {
    private Ocsp() {}

    static byte[] request(Certificate issuer, Certificate certificate) {
        return request(
                issuer, certificate.serialNumber().value(), OIWObjectIdentifiers.idSHA1, null);
    }

    static byte[] request(
            Certificate issuer,
            BigInteger serial,
            ASN1ObjectIdentifier hash,
            @Nullable Extensions extensions) {
        try {
            CertificateID id =
                    new CertificateID(
                            new JcaDigestCalculatorProviderBuilder()
                                    .build()
                                    .get(new AlgorithmIdentifier(hash)),
                            new X509CertificateHolder(issuer.der()),
                            serial);
            OCSPReqBuilder builder = new OCSPReqBuilder().addRequest(id);
            if (extensions != null) {
                builder.setRequestExtensions(extensions);
            }
            return builder.build().getEncoded();
        } catch (IOException | OCSPException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The response status when it is not successful, else `good`, `unknown`, `revoked` or `revoked
    /// N` with its reason; the response's signature and its signer's have been verified.
    static String status(byte[] response, Certificate issuer) {
        try {
            OCSPResp answer = new OCSPResp(response);
            if (answer.getStatus() != OCSPResp.SUCCESSFUL) {
                return Integer.toString(answer.getStatus());
            }
            // Null stands for good, as BouncyCastle has it.
            @Nullable CertificateStatus status =
                    verified(response, issuer).getResponses()[0].getCertStatus();
            if (status == null) {
                return "good";
            }
            if (!(status instanceof RevokedStatus revoked)) {
                return "unknown";
            }
            return revoked.hasRevocationReason()
                    ? "revoked " + revoked.getRevocationReason()
                    : "revoked";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// A successful response whose signature holds.
    static BasicOCSPResp verified(byte[] response, Certificate issuer) {
        try {
            BasicOCSPResp basic = (BasicOCSPResp) new OCSPResp(response).getResponseObject();
            var signer = new JcaX509CertificateConverter().getCertificate(basic.getCerts()[0]);
            signer.verify(issuer.publicKey());
            if (!basic.isSignatureValid(
                    new JcaContentVerifierProviderBuilder().build(signer.getPublicKey()))) {
                throw new AssertionError("the response's signature does not verify");
            }
            return basic;
        } catch (IOException
                | OCSPException
                | GeneralSecurityException
                | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }
}
