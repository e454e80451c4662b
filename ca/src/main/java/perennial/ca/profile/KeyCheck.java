// SPDX-License-Identifier: Apache-2.0
package perennial.ca.profile;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.EllipticCurve;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import perennial.core.crypto.SignatureAlgorithm;

/// Which keys may be certified: RSA of 2048 to 4096 bits, EC on P-256 and P-384, Ed25519, for
/// services of the authority also ML-DSA; none with a known weakness that its public half shows.
public final class KeyCheck {
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 4096;
    private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65537);
    private static final int MAX_EXPONENT_BITS = 256;
    private static final int SMALL_FACTORS_BELOW = 752;

    /// The largest prime that ROCA's generator is told apart with (CVE-2017-15361).
    private static final int ROCA_PRIMES_UP_TO = 167;

    private static final int FERMAT_STEPS = 100;

    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1);

    private static final Set<String> AUTHORITIES_ONLY = Set.of("ML-DSA", "RSASSA-PSS");

    private KeyCheck() {}

    /// Why the key may not be certified; empty when it may.
    public static Optional<String> refusal(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> rsaRefusal(rsa.getModulus(), rsa.getPublicExponent());
            case ECPublicKey ec -> ecRefusal(ec);
            default ->
                    AUTHORITIES_ONLY.contains(key.getAlgorithm())
                                    || key.getAlgorithm().equals("EdDSA")
                            ? unspoken(key)
                            : Optional.of("expected an RSA or EC key, got " + key.getAlgorithm());
        };
    }

    /// Why a holder may not have such a key, which an authority may; empty for every other.
    public static Optional<String> holderRefusal(PublicKey key) {
        return AUTHORITIES_ONLY.contains(key.getAlgorithm())
                ? Optional.of("holders have RSA, EC or Ed25519 keys, got " + key.getAlgorithm())
                : Optional.empty();
    }

    /// Ed25519 and ML-DSA by their own names; their other parameters are not spoken here.
    private static Optional<String> unspoken(PublicKey key) {
        try {
            var _ = SignatureAlgorithm.forKey(key);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> rsaRefusal(BigInteger modulus, BigInteger exponent) {
        int bits = modulus.bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            return Optional.of(
                    "RSA key takes %d to %d bits, got %d"
                            .formatted(MIN_RSA_BITS, MAX_RSA_BITS, bits));
        }
        if (!exponent.testBit(0)
                || exponent.compareTo(MIN_EXPONENT) < 0
                || exponent.bitLength() > MAX_EXPONENT_BITS) {
            return Optional.of("RSA exponent must be odd and from 2^16 + 1 to 2^256");
        }
        for (int factor = 2; factor < SMALL_FACTORS_BELOW; factor++) {
            if (modulus.mod(BigInteger.valueOf(factor)).signum() == 0) {
                return Optional.of("RSA modulus is divisible by " + factor);
            }
        }
        if (madeByRoca(modulus)) {
            return Optional.of("RSA modulus has the form of CVE-2017-15361");
        }
        return hasCloseFactors(modulus)
                ? Optional.of("RSA modulus has factors too close to each other (Fermat)")
                : Optional.empty();
    }

    /// Fermat's way to factors: n = a^2 - b^2 with a just above the root of n. Generators that drew
    /// the second prime next to the first were in use (CVE-2022-26320); a sound key is as good as
    /// never found in so few steps.
    private static boolean hasCloseFactors(BigInteger modulus) {
        BigInteger a = modulus.sqrt();
        if (a.multiply(a).equals(modulus)) {
            return true;
        }
        for (int step = 0; step < FERMAT_STEPS; step++) {
            a = a.add(BigInteger.ONE);
            BigInteger square = a.multiply(a).subtract(modulus);
            BigInteger b = square.sqrt();
            if (b.multiply(b).equals(square)) {
                return true;
            }
        }
        return false;
    }

    /// Moduli of that generator are powers of 65537 modulo every small prime; of others, one in
    /// 2^27 or fewer is.
    private static boolean madeByRoca(BigInteger modulus) {
        for (int prime = 3; prime <= ROCA_PRIMES_UP_TO; prime += 2) {
            if (BigInteger.valueOf(prime).isProbablePrime(20)
                    && !isPowerOf65537(modulus.mod(BigInteger.valueOf(prime)).intValue(), prime)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPowerOf65537(int residue, int prime) {
        int step = 65537 % prime;
        int power = 1;
        do {
            if (power == residue) {
                return true;
            }
            power = power * step % prime;
        } while (power != 1);
        return false;
    }

    private static Optional<String> ecRefusal(ECPublicKey key) {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        if (!X9ObjectIdentifiers.id_ecPublicKey.equals(info.getAlgorithm().getAlgorithm())
                || !(info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve)
                || !CURVES.contains(curve)) {
            return Optional.of("EC key must be on the named curve P-256 or P-384 (RFC 5480 2.1.1)");
        }
        return isOnCurve(key)
                ? Optional.empty()
                : Optional.of("EC key is not a point of its curve");
    }

    private static boolean isOnCurve(ECPublicKey key) {
        EllipticCurve curve = key.getParams().getCurve();
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();
        if (x == null || y == null || !isInField(x, p) || !isInField(y, p)) {
            return false;
        }
        BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
        return y.multiply(y).mod(p).equals(right);
    }

    private static boolean isInField(BigInteger value, BigInteger p) {
        return value.signum() >= 0 && value.compareTo(p) < 0;
    }
}
