// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.DigestSigner;

/// A certification request (RFC 2986) for authorities that know no other: the subject and the key
/// of a certificate that is to be renewed.
public final class Pkcs10Request {
    private Pkcs10Request() {}

    /// @param signer the certificate's key; used once
    /// @param challenge the attribute challengePassword (RFC 2985 5.4.1), which the authority gave;
    ///   not empty
    /// @return in DER
    public static byte[] sign(
            DigestSigner signer,
            Certificate old,
            DigestAlgorithm algorithm,
            Optional<String> challenge) {
        PKCS10CertificationRequestBuilder builder =
                new PKCS10CertificationRequestBuilder(
                        X500Name.getInstance(old.subject().getEncoded()),
                        SubjectPublicKeyInfo.getInstance(old.publicKey().getEncoded()));
        challenge.ifPresent(text ->
                builder.addAttribute(
                        PKCSObjectIdentifiers.pkcs_9_at_challengePassword,
                        new DERUTF8String(text)));
        try {
            return builder.build(new DigestContentSigner(signer, algorithm)).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("a request in memory", e);
        }
    }
}
