// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;

/// A [Signer] in memory that gives the same signature for the same message each time: PKCS #1 v1.5,
/// or ECDSA by RFC 6979. So a signature that was made but lost in a crash can be made again, and
/// one intent stays one certificate, octet for octet.
public final class DeterministicSigner implements Signer {
    private final PrivateKey key;
    private final PublicKey publicKey;
    private final SignatureAlgorithm algorithm;

    public DeterministicSigner(PrivateKey key, PublicKey publicKey) {
        this.key = key;
        this.publicKey = publicKey;
        this.algorithm = SignatureAlgorithm.forKey(publicKey);
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] message) {
        return switch (algorithm) {
            case SHA256_WITH_RSA -> signRsa(message);
            case SHA256_WITH_ECDSA -> signEcdsa(message);
        };
    }

    private byte[] signRsa(byte[] message) {
        try {
            Signature signature = Signature.getInstance(algorithm.jdkName());
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of this kind signs with " + algorithm, e);
        }
    }

    private byte[] signEcdsa(byte[] message) {
        try {
            AsymmetricKeyParameter parameter = PrivateKeyFactory.createKey(key.getEncoded());
            DSADigestSigner signer =
                    new DSADigestSigner(
                            new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest())),
                            new SHA256Digest());
            signer.init(true, parameter);
            signer.update(message, 0, message.length);
            return signer.generateSignature();
        } catch (IOException e) {
            throw new IllegalStateException("a key of this kind signs with " + algorithm, e);
        }
    }
}
