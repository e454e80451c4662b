// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import perennial.ca.CaException;
import perennial.ca.ServiceCredential;
import perennial.ca.keys.SignatureContent;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.Validity;
import perennial.core.crypto.Signer;

/// What the keys of a ceremony sign: certificates that passed the lints, a CRL, requests.
record CaSigning(SecureRandom random) {
    private static final int SERIAL_BITS = 128;

    BigInteger serial() {
        // The top bit makes every number as long as the next, and none too short.
        return new BigInteger(SERIAL_BITS - 1, random).setBit(SERIAL_BITS - 1);
    }

    /// From the second after now to one second before that much later, bounded by the issuer's end.
    static Validity validity(Instant now, Period lifetime, Instant bound) {
        Instant end = now.atOffset(ZoneOffset.UTC).plus(lifetime).toInstant().minusSeconds(1);
        return new Validity(now, end.isBefore(bound) ? end : bound);
    }

    /// @param issuer empty for a self-signed certificate
    /// @throws CaException LINT_REFUSED with all findings, before the key is used; SIGNATURE_FAULTY
    Certificate certificate(CaTbs tbs, Signer signer, Optional<Certificate> issuer) {
        byte[] bytes = tbs.encode();
        List<String> findings =
                CaCertificateLints.findings(bytes, tbs.key(), tbs.issuerKey(), issuer);
        if (!findings.isEmpty()) {
            throw new CaException(Problem.LINT_REFUSED, String.join("; ", findings));
        }
        byte[] value = signer.sign(bytes);
        if (!signer.algorithm().verifies(tbs.issuerKey(), bytes, value)) {
            throw new CaException(
                    Problem.SIGNATURE_FAULTY, "a key made a signature that does not verify");
        }
        return Certificate.ofDer(assembled(bytes, signer, value));
    }

    /// The CRL of a root; its number is the time, so that no two ceremonies need to know of one
    /// another.
    byte[] crl(ServiceCredential root, Validity validity, List<Revoked> revoked) {
        X509v2CRLBuilder builder =
                new X509v2CRLBuilder(
                        X500Name.getInstance(root.certificate().subject().getEncoded()),
                        new Time(Date.from(validity.notBefore())));
        builder.setNextUpdate(new Time(Date.from(validity.notAfter())));
        try {
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new BcX509ExtensionUtils()
                            .createAuthorityKeyIdentifier(
                                    CaTbs.encoded(root.certificate().publicKey())));
            builder.addExtension(
                    Extension.cRLNumber,
                    false,
                    new CRLNumber(BigInteger.valueOf(validity.notBefore().getEpochSecond())));
            for (Revoked one : revoked) {
                builder.addCRLEntry(
                        one.certificate().serialNumber().value(),
                        Date.from(validity.notBefore()),
                        one.reason().code());
            }
            return builder.build(new SignatureContent(root.signer())).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a CRL of ours encodes", e);
        }
    }

    record Revoked(Certificate certificate, RevocationReason reason) {}

    /// A PKCS #10 request (RFC 2986), DER.
    static byte[] request(X500Principal name, Signer signer) {
        try {
            return new PKCS10CertificationRequestBuilder(
                            X500Name.getInstance(name.getEncoded()),
                            CaTbs.encoded(signer.publicKey()))
                    .build(new SignatureContent(signer))
                    .getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a request of ours encodes", e);
        }
    }

    private static byte[] assembled(byte[] tbs, Signer signer, byte[] value) {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        try {
            parts.add(ASN1Primitive.fromByteArray(tbs));
            parts.add(SignatureContent.identifier(signer.algorithm()));
            parts.add(new DERBitString(value));
            return new DERSequence(parts).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("what was encoded a moment ago is read", e);
        }
    }
}
