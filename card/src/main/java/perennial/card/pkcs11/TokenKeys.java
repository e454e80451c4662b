// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import perennial.core.crypto.KeyAlgorithm;

/// Keys and signatures between the forms of PKCS #11 and those of X.509.
public final class TokenKeys {
    private static final byte[] P_256 = HexFormat.of().parseHex("06082a8648ce3d030107");
    private static final byte[] P_384 = HexFormat.of().parseHex("06052b81040022");
    private static final int MAX_MODULUS = 1024;

    private TokenKeys() {}

    /// An RSA key from modulus and exponent; empty when they are none.
    public static Optional<PublicKey> rsa(byte[] modulus, byte[] exponent) {
        if (modulus.length > MAX_MODULUS || exponent.length > MAX_MODULUS) {
            return Optional.empty();
        }
        RSAPublicKeySpec spec =
                new RSAPublicKeySpec(new BigInteger(1, modulus), new BigInteger(1, exponent));
        try {
            return Optional.of(KeyFactory.getInstance("RSA").generatePublic(spec));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /// An EC key from CKA_EC_PARAMS and CKA_EC_POINT; empty for other curves than ours and points
    /// that are none.
    public static Optional<PublicKey> ec(byte[] parameters, byte[] encodedPoint) {
        Optional<ECParameterSpec> curve = curve(parameters);
        byte[] point = withoutOctetString(encodedPoint);
        if (curve.isEmpty()) {
            return Optional.empty();
        }
        int field = (curve.get().getOrder().bitLength() + 7) / 8;
        if (point.length != 1 + 2 * field || point[0] != 0x04) {
            return Optional.empty();
        }
        ECPoint w =
                new ECPoint(
                        new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + field)),
                        new BigInteger(1, Arrays.copyOfRange(point, 1 + field, point.length)));
        try {
            ECPublicKeySpec spec = new ECPublicKeySpec(w, curve.get());
            return Optional.of(KeyFactory.getInstance("EC").generatePublic(spec));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /// CKA_EC_PARAMS: the curve's object identifier.
    static byte[] parameters(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case P_256 -> P_256.clone();
            case P_384 -> P_384.clone();
            case RSA_2048, RSA_3072 -> throw new IllegalArgumentException("no curve: " + algorithm);
        };
    }

    /// Octets of a coordinate.
    public static int fieldOctets(ECPublicKey key) {
        return (key.getParams().getOrder().bitLength() + 7) / 8;
    }

    /// The point of the key, uncompressed (SEC 1 2.3.3).
    static byte[] point(ECPublicKey key) {
        int field = fieldOctets(key);
        byte[] point = new byte[1 + 2 * field];
        point[0] = 0x04;
        byte[] x = fixed(key.getW().getAffineX(), field);
        byte[] y = fixed(key.getW().getAffineY(), field);
        System.arraycopy(x, 0, point, 1, field);
        System.arraycopy(y, 0, point, 1 + field, field);
        return point;
    }

    /// Big-endian, with leading zeros.
    ///
    /// @throws IllegalArgumentException when the number is longer
    static byte[] fixed(BigInteger number, int length) {
        byte[] octets = number.toByteArray();
        byte[] fixed = new byte[length];
        int skip = octets.length > length && octets[0] == 0 ? 1 : 0;
        if (octets.length - skip > length) {
            throw new IllegalArgumentException("a number of %d octets".formatted(octets.length));
        }
        int size = octets.length - skip;
        System.arraycopy(octets, skip, fixed, length - size, size);
        return fixed;
    }

    /// Ecdsa-Sig-Value from the two numbers side by side (RFC 3279 2.2.3); at most 127 octets.
    public static byte[] ecdsaValue(byte[] sideBySide) {
        int half = sideBySide.length / 2;
        byte[] r = new BigInteger(1, Arrays.copyOfRange(sideBySide, 0, half)).toByteArray();
        byte[] s =
                new BigInteger(1, Arrays.copyOfRange(sideBySide, half, sideBySide.length))
                        .toByteArray();
        byte[] der = new byte[6 + r.length + s.length];
        der[0] = 0x30;
        der[1] = (byte) (der.length - 2);
        der[2] = 0x02;
        der[3] = (byte) r.length;
        System.arraycopy(r, 0, der, 4, r.length);
        der[4 + r.length] = 0x02;
        der[5 + r.length] = (byte) s.length;
        System.arraycopy(s, 0, der, 6 + r.length, s.length);
        return der;
    }

    private static Optional<ECParameterSpec> curve(byte[] parameters) {
        String name = "";
        if (Arrays.equals(parameters, P_256)) {
            name = "secp256r1";
        } else if (Arrays.equals(parameters, P_384)) {
            name = "secp384r1";
        } else {
            return Optional.empty();
        }
        try {
            AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
            curve.init(new ECGenParameterSpec(name));
            return Optional.of(curve.getParameterSpec(ECParameterSpec.class));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }

    /// The standard says DER; some libraries give the bare point.
    private static byte[] withoutOctetString(byte[] point) {
        boolean wrapped =
                point.length > 2 && point[0] == 0x04 && point[1] == (byte) (point.length - 2);
        return wrapped ? Arrays.copyOfRange(point, 2, point.length) : point;
    }
}
