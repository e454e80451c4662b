// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;

/// A [Signer] in the shape that BouncyCastle's builders take. For one signature.
public final class SignatureContent implements ContentSigner {
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final Signer signer;

    public SignatureContent(Signer signer) {
        this.signer = signer;
    }

    /// The algorithm as it stands in certificates.
    public static AlgorithmIdentifier identifier(SignatureAlgorithm algorithm) {
        return AlgorithmIdentifier.getInstance(algorithm.identifier());
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
        return identifier(signer.algorithm());
    }

    @Override
    public OutputStream getOutputStream() {
        return content;
    }

    @Override
    public byte[] getSignature() {
        return signer.sign(content.toByteArray());
    }
}
