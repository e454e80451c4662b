// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cms;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.DigestSigner;

/// Signs what was written to it, a few hundred octets, by a digest of the caller's choice.
record DigestContentSigner(
        DigestSigner signer, DigestAlgorithm algorithm, ByteArrayOutputStream written)
        implements ContentSigner {
    DigestContentSigner(DigestSigner signer, DigestAlgorithm algorithm) {
        this(signer, algorithm, new ByteArrayOutputStream());
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
        String key = signer.publicKey() instanceof RSAPublicKey ? "RSA" : "ECDSA";
        return new DefaultSignatureAlgorithmIdentifierFinder()
                .find(algorithm.jdkName().replace("-", "") + "with" + key);
    }

    @Override
    public OutputStream getOutputStream() {
        return written;
    }

    @Override
    public byte[] getSignature() {
        return signer.signDigest(algorithm, algorithm.digest(written.toByteArray()));
    }
}
