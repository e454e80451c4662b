// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.apdu.BerTlv;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyAlgorithm;

/// The kinds of card keys that sessions work with, with their algorithm identifiers (SP 800-78-4
/// table 6-2, SP 800-78-5) and the form in which a card gives out their public halves.
public enum KeyType {
    RSA_2048(KeyAlgorithm.RSA_2048, 0x07, 256, ""),
    RSA_3072(KeyAlgorithm.RSA_3072, 0x05, 384, ""),
    P_256(KeyAlgorithm.P_256, 0x11, 32, "secp256r1"),
    P_384(KeyAlgorithm.P_384, 0x14, 48, "secp384r1");

    /// Beyond this the exponent is an attack on whoever verifies (FIPS 186-5 5.1 allows up to 256
    /// bits; cards use 65537).
    private static final int MAX_EXPONENT_BITS = 64;

    private static final int MODULUS = 0x81;
    private static final int EXPONENT = 0x82;
    private static final int POINT = 0x86;
    private static final byte UNCOMPRESSED = 0x04;

    private final KeyAlgorithm algorithm;
    private final int identifier;
    private final int octets;
    private final String curve;

    KeyType(KeyAlgorithm algorithm, int identifier, int octets, String curve) {
        this.algorithm = algorithm;
        this.identifier = identifier;
        this.octets = octets;
        this.curve = curve;
    }

    /// @throws CardException CARD_NOT_SUPPORTED for any other key
    static KeyType of(PublicKey key) {
        return KeyAlgorithm.of(key)
                .map(KeyType::of)
                .filter(type -> type.fits(key))
                .orElseThrow(() ->
                        new CardException(
                                Problem.CARD_NOT_SUPPORTED,
                                "the slot's key is none of RSA 2048, RSA 3072, P-256, P-384"));
    }

    public static KeyType of(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_2048 -> RSA_2048;
            case RSA_3072 -> RSA_3072;
            case P_256 -> P_256;
            case P_384 -> P_384;
        };
    }

    /// The kind that a card's octet names, empty for any other.
    public static Optional<KeyType> ofIdentifier(int identifier) {
        return Arrays.stream(values()).filter(type -> type.identifier == identifier).findFirst();
    }

    public KeyAlgorithm algorithm() {
        return algorithm;
    }

    public int identifier() {
        return identifier;
    }

    /// The public key in the content of 7F49 (SP 800-73-4 part 2, table 11): `81 modulus 82
    /// exponent`, or `86 point` uncompressed.
    ///
    /// @throws CardException CARD_ANSWER_INVALID when there is no key of this kind in it
    public PublicKey publicKey(byte[] template) {
        return PivObjects.checked(
                "public key",
                () -> {
                    List<BerTlv> parts = BerTlv.parse(template);
                    PublicKey key = isRsa() ? rsa(parts) : ec(parts);
                    if (!fits(key)) {
                        throw PivObjects.invalid("a public key that is none of " + this);
                    }
                    return key;
                });
    }

    /// Length of the modulus or of a coordinate.
    int octets() {
        return octets;
    }

    /// The uncompressed point of a key of this kind (SEC 1 2.3.3).
    byte[] point(ECPublicKey key) {
        byte[] encoded = new byte[1 + 2 * octets];
        encoded[0] = UNCOMPRESSED;
        put(key.getW().getAffineX(), encoded, 1);
        put(key.getW().getAffineY(), encoded, 1 + octets);
        return encoded;
    }

    private void put(BigInteger coordinate, byte[] encoded, int offset) {
        byte[] number = coordinate.toByteArray();
        int taken = Math.min(number.length, octets);
        System.arraycopy(number, number.length - taken, encoded, offset + octets - taken, taken);
    }

    boolean isRsa() {
        return curve.isEmpty();
    }

    /// The longest DER-encoded ECDSA signature: two integers of a coordinate's length and a leading
    /// zero each.
    int maxSignature() {
        return isRsa() ? octets : 2 + 2 * (octets + 3);
    }

    private boolean fits(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                    isRsa()
                            && rsa.getModulus().bitLength() == 8 * octets
                            && rsa.getPublicExponent().bitLength() <= MAX_EXPONENT_BITS
                            && rsa.getPublicExponent().compareTo(BigInteger.ONE) > 0;
            case ECPublicKey ec -> !isRsa() && sameCurve(ec.getParams(), parameters());
            default -> false;
        };
    }

    private static PublicKey rsa(List<BerTlv> parts) {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(
                            new RSAPublicKeySpec(number(parts, MODULUS), number(parts, EXPONENT)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no RSA key", e);
        }
    }

    private PublicKey ec(List<BerTlv> parts) {
        byte[] octetString = part(parts, POINT);
        if (octetString.length != 1 + 2 * octets || octetString[0] != UNCOMPRESSED) {
            throw PivObjects.invalid("a point of %d octets".formatted(octetString.length));
        }
        ECPoint point =
                new ECPoint(
                        new BigInteger(1, octetString, 1, octets),
                        new BigInteger(1, octetString, 1 + octets, octets));
        ECParameterSpec parameters = parameters();
        if (!isOnCurve(point, parameters)) {
            throw PivObjects.invalid("a point that is not on the curve");
        }
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(point, parameters));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no EC key", e);
        }
    }

    /// SP 800-56A 5.6.2.3.4: coordinates below the prime, and the equation holds. Curves of prime
    /// order need no more.
    private static boolean isOnCurve(ECPoint point, ECParameterSpec parameters) {
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right =
                x.multiply(x)
                        .add(parameters.getCurve().getA())
                        .multiply(x)
                        .add(parameters.getCurve().getB())
                        .mod(p);
        return y.multiply(y).mod(p).equals(right);
    }

    private static BigInteger number(List<BerTlv> parts, int tag) {
        return new BigInteger(1, part(parts, tag));
    }

    private static byte[] part(List<BerTlv> parts, int tag) {
        return BerTlv.find(parts, tag)
                .orElseThrow(() -> PivObjects.invalid("a public key without %X".formatted(tag)));
    }

    private ECParameterSpec parameters() {
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(curve));
            return named.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + curve, e);
        }
    }

    private static boolean sameCurve(ECParameterSpec one, ECParameterSpec other) {
        return one.getCurve().equals(other.getCurve())
                && one.getGenerator().equals(other.getGenerator())
                && one.getOrder().equals(other.getOrder());
    }
}
