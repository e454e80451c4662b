// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// The kinds of card keys that sessions work with, with their algorithm identifiers (SP 800-78-4
/// table 6-2, SP 800-78-5).
enum KeyType {
    RSA_2048(0x07, 256),
    RSA_3072(0x05, 384),
    P_256(0x11, 32);

    /// Beyond this the exponent is an attack on whoever verifies (FIPS 186-5 5.1 allows up to 256
    /// bits; cards use 65537).
    private static final int MAX_EXPONENT_BITS = 64;

    private final int identifier;
    private final int octets;

    KeyType(int identifier, int octets) {
        this.identifier = identifier;
        this.octets = octets;
    }

    /// @throws CardException CARD_NOT_SUPPORTED for any other key
    static KeyType of(PublicKey key) {
        if (key instanceof RSAPublicKey rsa
                && rsa.getPublicExponent().bitLength() <= MAX_EXPONENT_BITS
                && rsa.getPublicExponent().compareTo(BigInteger.ONE) > 0) {
            int bits = rsa.getModulus().bitLength();
            if (bits == 2048) {
                return RSA_2048;
            }
            if (bits == 3072) {
                return RSA_3072;
            }
        }
        if (key instanceof ECPublicKey ec && isP256(ec.getParams())) {
            return P_256;
        }
        throw new CardException(
                Problem.CARD_NOT_SUPPORTED, "the slot's key is none of RSA 2048, RSA 3072, P-256");
    }

    int identifier() {
        return identifier;
    }

    /// Length of the modulus or of a coordinate.
    int octets() {
        return octets;
    }

    boolean isRsa() {
        return this != P_256;
    }

    private static boolean isP256(ECParameterSpec parameters) {
        try {
            AlgorithmParameters p256 = AlgorithmParameters.getInstance("EC");
            p256.init(new ECGenParameterSpec("secp256r1"));
            ECParameterSpec expected = p256.getParameterSpec(ECParameterSpec.class);
            return expected.getCurve().equals(parameters.getCurve())
                    && expected.getGenerator().equals(parameters.getGenerator())
                    && expected.getOrder().equals(parameters.getOrder());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }
}
