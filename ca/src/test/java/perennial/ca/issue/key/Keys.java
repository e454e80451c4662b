// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import java.io.IOException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import perennial.ca.keys.KeyPairs;
import perennial.core.crypto.KeyKind;

/// Public keys that no generator makes.
///
/// @param spki the encoding, whatever it is
record Keys(byte[] spki) implements PublicKey {
    static final SecureRandom RANDOM = new SecureRandom(new byte[] {1});
    static final BigInteger F4 = BigInteger.valueOf(65537);

    static PublicKey good(KeyKind kind) {
        return KeyPairs.generate(kind, RANDOM).getPublic();
    }

    static PublicKey rsa(BigInteger modulus, BigInteger exponent) {
        return rsa(modulus, exponent, PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    }

    static PublicKey rsa(
            BigInteger modulus,
            BigInteger exponent,
            ASN1ObjectIdentifier algorithm,
            @Nullable ASN1Encodable parameters) {
        try {
            return new Keys(
                    new SubjectPublicKeyInfo(
                                    new AlgorithmIdentifier(algorithm, parameters),
                                    new RSAPublicKey(modulus, exponent))
                            .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static PublicKey bits(
            ASN1ObjectIdentifier algorithm, @Nullable ASN1Encodable parameters, byte[] bits) {
        try {
            return new Keys(
                    new SubjectPublicKeyInfo(new AlgorithmIdentifier(algorithm, parameters), bits)
                            .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Two primes that make a modulus of this length.
    static BigInteger modulus(int bits) {
        while (true) {
            BigInteger modulus =
                    BigInteger.probablePrime(bits / 2, RANDOM)
                            .multiply(BigInteger.probablePrime(bits - bits / 2, RANDOM));
            if (modulus.bitLength() == bits) {
                return modulus;
            }
        }
    }

    @Override
    public String getAlgorithm() {
        return "test";
    }

    @Override
    public String getFormat() {
        return "X.509";
    }

    @Override
    public byte[] getEncoded() {
        return spki.clone();
    }
}
