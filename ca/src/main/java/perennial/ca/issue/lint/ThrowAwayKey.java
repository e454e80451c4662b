// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import perennial.core.crypto.SignatureAlgorithm;

/// A key that signs what is only looked at (CA/B BR 4.3.1.2): of the issuing key's algorithm, made
/// at start, certified by nobody, gone with the process.
public final class ThrowAwayKey {
    /// Shorter than the issuing key's: the parser that reads the signature does not verify it, and
    /// a signature of 4096 bits would cost more than everything else that a certificate costs.
    private static final int RSA_BITS = 1536;

    private final PrivateKey key;
    private final SignatureAlgorithm algorithm;

    private ThrowAwayKey(PrivateKey key, SignatureAlgorithm algorithm) {
        this.key = key;
        this.algorithm = algorithm;
    }

    /// Makes a key that signs as the issuing key does.
    public static ThrowAwayKey like(PublicKey issuing, SecureRandom random) {
        SignatureAlgorithm algorithm = SignatureAlgorithm.forKey(issuing);
        try {
            return new ThrowAwayKey(generate(issuing, algorithm, random), algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK makes keys of " + algorithm, e);
        }
    }

    private static PrivateKey generate(
            PublicKey issuing, SignatureAlgorithm algorithm, SecureRandom random)
            throws GeneralSecurityException {
        KeyPairGenerator generator;
        switch (issuing) {
            case RSAPublicKey rsa -> {
                generator = KeyPairGenerator.getInstance(rsa.getAlgorithm());
                generator.initialize(RSA_BITS, random);
            }
            case ECPublicKey ec -> {
                generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(ec.getParams(), random);
            }
            // Ed25519 and ML-DSA: the algorithm's name says the parameters.
            default -> generator = KeyPairGenerator.getInstance(algorithm.jdkName());
        }
        return generator.generateKeyPair().getPrivate();
    }

    /// What it signs with, as the issuing key does.
    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    byte[] sign(byte[] tbs) {
        try {
            Signature signature = algorithm.signer(key);
            signature.update(tbs);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of this kind signs with " + algorithm, e);
        }
    }
}
