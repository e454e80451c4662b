// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import perennial.core.crypto.KeyKind;

/// New key pairs.
public final class KeyPairs {
    /// What the keys are bound to: SHA-256, MGF1 with SHA-256, at least 32 octets of salt.
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

    private KeyPairs() {}

    public static KeyPair generate(KeyKind kind, SecureRandom random) {
        return switch (kind.family()) {
            case RSA ->
                    generate(
                            "RSA",
                            new RSAKeyGenParameterSpec(kind.size(), RSAKeyGenParameterSpec.F4),
                            random);
            case RSA_PSS ->
                    generate(
                            "RSASSA-PSS",
                            new RSAKeyGenParameterSpec(kind.size(), RSAKeyGenParameterSpec.F4, PSS),
                            random);
            case EC ->
                    generate(
                            "EC",
                            new ECGenParameterSpec("secp%dr1".formatted(kind.size())),
                            random);
            case ED25519 -> generate("Ed25519", NamedParameterSpec.ED25519, random);
            case ML_DSA -> generate("ML-DSA", new NamedParameterSpec(kind.text()), random);
        };
    }

    private static KeyPair generate(
            String algorithm, AlgorithmParameterSpec parameters, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK makes keys for " + algorithm, e);
        }
    }
}
