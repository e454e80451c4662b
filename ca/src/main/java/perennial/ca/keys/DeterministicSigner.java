// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.IOException;
import java.io.InputStream;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.SoftwareSigner;

/// A signer in memory that gives the same signature for the same message each time: PKCS #1 v1.5
/// and Ed25519 are so by themselves, ECDSA is by RFC 6979, ML-DSA by its deterministic variant
/// (FIPS 204 3.4). So a signature that was made but lost in a crash can be made again, and one
/// intent stays one certificate, octet for octet. PSS has no such way; there, the store decides
/// which of two signatures is the one.
public final class DeterministicSigner implements perennial.core.crypto.Signer {
    private static final int BUFFER_OCTETS = 64 * 1024;

    private final PublicKey publicKey;
    private final SignatureAlgorithm algorithm;
    private final AsymmetricKeyParameter parameter;

    private DeterministicSigner(PublicKey publicKey, AsymmetricKeyParameter parameter) {
        this.publicKey = publicKey;
        this.algorithm = SignatureAlgorithm.forKey(publicKey);
        this.parameter = parameter;
    }

    /// A deterministic signer, except for PSS.
    public static perennial.core.crypto.Signer of(PrivateKey key, PublicKey publicKey) {
        return switch (SignatureAlgorithm.forKey(publicKey)) {
            case SHA256_WITH_RSA, SHA256_WITH_RSA_PSS, ED25519 ->
                    new SoftwareSigner(new KeyPair(publicKey, key));
            case SHA256_WITH_ECDSA, SHA384_WITH_ECDSA, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                    new DeterministicSigner(publicKey, parameter(key));
        };
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
        Signer signer = initialised();
        signer.update(message, 0, message.length);
        return signature(signer);
    }

    @Override
    public byte[] sign(InputStream message) throws IOException {
        Signer signer = initialised();
        byte[] buffer = new byte[BUFFER_OCTETS];
        for (int read = message.read(buffer); read >= 0; read = message.read(buffer)) {
            signer.update(buffer, 0, read);
        }
        return signature(signer);
    }

    private Signer initialised() {
        Signer signer =
                switch (algorithm) {
                    case SHA256_WITH_ECDSA -> ecdsa(new SHA256Digest(), new SHA256Digest());
                    case SHA384_WITH_ECDSA -> ecdsa(new SHA384Digest(), new SHA384Digest());
                    default -> new MLDSASigner();
                };
        signer.init(true, parameter);
        return signer;
    }

    private static Signer ecdsa(Digest forMessage, Digest forSecretNumber) {
        return new DSADigestSigner(
                new ECDSASigner(new HMacDSAKCalculator(forSecretNumber)), forMessage);
    }

    private byte[] signature(Signer signer) {
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException("a key of this kind signs with " + algorithm, e);
        }
    }

    private static AsymmetricKeyParameter parameter(PrivateKey key) {
        try {
            return PrivateKeyFactory.createKey(key.getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("the JDK encodes keys as others read them", e);
        }
    }
}
