// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import perennial.ca.ServiceCredential;
import perennial.ca.keys.SignatureContent;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;
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
        return Certificate.ofDer(assemble(tbs, signer.algorithm(), signature));
    }

    /// A certificate from its three parts (RFC 5280 4.1); the first is taken over octet for octet.
    static byte[] assemble(byte[] tbs, SignatureAlgorithm algorithm, byte[] signature) {
        AlgorithmIdentifier identifier = SignatureContent.identifier(algorithm);
        try {
            ASN1EncodableVector parts = new ASN1EncodableVector();
            parts.add(ASN1Primitive.fromByteArray(tbs));
            parts.add(identifier);
            parts.add(new DERBitString(signature));
            return new DERSequence(parts).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalArgumentException("not the bytes of a TBSCertificate", e);
        }
    }
}
