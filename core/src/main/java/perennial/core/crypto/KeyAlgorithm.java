// SPDX-License-Identifier: Apache-2.0
package perennial.core.crypto;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/// The kinds of keys that cards generate.
public enum KeyAlgorithm {
    RSA_2048,
    RSA_3072,
    /// secp256r1 (SEC 2 2.4.2).
    P_256,
    /// secp384r1 (SEC 2 2.5.1).
    P_384;

    /// Of which kind a key is, by family and length; empty for any other. That the curve is the
    /// NIST one of its length is for the caller to check where the key is not trusted.
    public static Optional<KeyAlgorithm> of(PublicKey key) {
        int bits =
                switch (key) {
                    case RSAPublicKey rsa -> rsa.getModulus().bitLength();
                    case ECPublicKey ec -> -ec.getParams().getOrder().bitLength();
                    default -> 0;
                };
        return switch (bits) {
            case 2048 -> Optional.of(RSA_2048);
            case 3072 -> Optional.of(RSA_3072);
            case -256 -> Optional.of(P_256);
            case -384 -> Optional.of(P_384);
            default -> Optional.empty();
        };
    }
}
