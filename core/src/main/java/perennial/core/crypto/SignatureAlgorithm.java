// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

/// The signature algorithms that cards and authorities of ours use, by the JDK's names.
public enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 8.2).
    SHA256_WITH_RSA("SHA256withRSA"),
    /// ECDSA with SHA-256, DER-encoded signature value (RFC 5758 3.2).
    SHA256_WITH_ECDSA("SHA256withECDSA");

    private final String jdkName;

    SignatureAlgorithm(String jdkName) {
        this.jdkName = jdkName;
    }

    /// The name for [java.security.Signature#getInstance(String)].
    public String jdkName() {
        return jdkName;
    }

    /// The algorithm that a key of this kind signs with.
    ///
    /// @throws IllegalArgumentException for a key that is neither RSA nor EC
    public static SignatureAlgorithm forKey(java.security.PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> SHA256_WITH_RSA;
            case "EC" -> SHA256_WITH_ECDSA;
            default ->
                    throw new IllegalArgumentException(
                            "expected an RSA or EC key, got " + key.getAlgorithm());
        };
    }
}
