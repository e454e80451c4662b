// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The kinds of keys that authorities and their services make for themselves. What cards make is
/// [KeyAlgorithm].
public enum KeyKind {
    RSA_2048(Family.RSA, 2048),
    RSA_3072(Family.RSA, 3072),
    RSA_4096(Family.RSA, 4096),
    /// RSA keys that sign by PSS alone, and whose SubjectPublicKeyInfo says so (RFC 4055 1.2).
    RSA_PSS_2048(Family.RSA_PSS, 2048),
    RSA_PSS_3072(Family.RSA_PSS, 3072),
    RSA_PSS_4096(Family.RSA_PSS, 4096),
    P_256(Family.EC, 256),
    P_384(Family.EC, 384),
    ED25519(Family.ED25519, 256),
    ML_DSA_44(Family.ML_DSA, 44),
    ML_DSA_65(Family.ML_DSA, 65),
    ML_DSA_87(Family.ML_DSA, 87);

    /// What kinds have in common.
    public enum Family {
        RSA,
        RSA_PSS,
        EC,
        ED25519,
        ML_DSA
    }

    private final Family family;
    private final int size;

    KeyKind(Family family, int size) {
        this.family = family;
        this.size = size;
    }

    public Family family() {
        return family;
    }

    /// Bits of the modulus or of the curve; of ML-DSA the parameter set's number (FIPS 204 4).
    public int size() {
        return size;
    }

    /// Of which kind a key is; empty for any other. That the curve is the NIST one of its length is
    /// for the caller to check where the key is not trusted.
    public static Optional<KeyKind> of(PublicKey key) {
        return Arrays.stream(values()).filter(kind -> kind.is(key)).findFirst();
    }

    private boolean is(PublicKey key) {
        return switch (family) {
            case RSA, RSA_PSS ->
                    key instanceof RSAPublicKey rsa
                            && rsa.getModulus().bitLength() == size
                            && key.getAlgorithm().equals("RSA") == (family == Family.RSA);
            case EC ->
                    key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() == size;
            case ED25519, ML_DSA ->
                    key.getParams() instanceof NamedParameterSpec named
                            && named.getName().equals(text());
        };
    }

    /// The kind of this [#text].
    ///
    /// @throws IllegalArgumentException when there is none
    public static KeyKind ofText(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.text().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "expected one of %s, got %s"
                                        .formatted(
                                                Arrays.stream(values()).map(KeyKind::text).toList(),
                                                text)));
    }

    /// As people write it, and as settings have it: `RSA-PSS-3072`, `P-384`, `Ed25519`.
    public String text() {
        return this == ED25519 ? "Ed25519" : name().replace('_', '-').toUpperCase(Locale.ROOT);
    }
}
