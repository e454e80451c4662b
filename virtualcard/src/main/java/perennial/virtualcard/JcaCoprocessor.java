// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.SecretKeySpec;
import perennial.card.apdu.BerTlv;
import perennial.virtualcard.applet.Coprocessor;

/// The chip's arithmetic, done by the JDK. Private keys are kept as PKCS #8.
final class JcaCoprocessor implements Coprocessor {
    private static final byte[] NONE = new byte[0];

    private final SecureRandom random;

    JcaCoprocessor(SecureRandom random) {
        this.random = random;
    }

    @Override
    public void random(byte[] out, int offset, int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        System.arraycopy(octets, 0, out, offset, length);
    }

    @Override
    public GeneratedKey generate(byte algorithm) {
        return switch (algorithm) {
            case RSA_2048, RSA_3072 ->
                    generate(
                            algorithm,
                            "RSA",
                            new RSAKeyGenParameterSpec(
                                    8 * octets(algorithm), RSAKeyGenParameterSpec.F4));
            default -> generate(algorithm, "EC", curve(algorithm));
        };
    }

    private GeneratedKey generate(byte algorithm, String name, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(name);
            generator.initialize(parameters, random);
            KeyPair pair = generator.generateKeyPair();
            int octets = octets(algorithm);
            byte[] publicHalf =
                    switch (pair.getPublic()) {
                        case RSAPublicKey key ->
                                BerTlv.concat(
                                        new BerTlv(0x81, unsigned(key.getModulus(), octets)),
                                        new BerTlv(0x82, unsigned(key.getPublicExponent(), 3)));
                        case ECPublicKey key ->
                                new BerTlv(0x86, point(key.getW(), octets)).encoded();
                        default -> throw new IllegalStateException(name);
                    };
            return new GeneratedKey(pair.getPrivate().getEncoded(), publicHalf);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK generates " + name + " keys", e);
        }
    }

    @Override
    public byte[] sign(byte algorithm, byte[] key, byte[] in, int offset, int length) {
        if (length != octets(algorithm)) {
            return NONE;
        }
        byte[] input = Arrays.copyOfRange(in, offset, offset + length);
        try {
            if (isRsa(algorithm)) {
                Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
                cipher.init(Cipher.DECRYPT_MODE, privateKey("RSA", key));
                return cipher.doFinal(input);
            }
            Signature signature = Signature.getInstance("NONEwithECDSA");
            signature.initSign(privateKey("EC", key), random);
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            return NONE;
        }
    }

    @Override
    public byte[] agree(byte algorithm, byte[] key, byte[] in, int offset, int length) {
        int field = octets(algorithm);
        if (length != 1 + 2 * field || in[offset] != 0x04) {
            return NONE;
        }
        int y = offset + 1 + field;
        ECPoint point =
                new ECPoint(
                        new BigInteger(1, in, offset + 1, field), new BigInteger(1, in, y, field));
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(curve(algorithm));
            ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(privateKey("EC", key));
            agreement.doPhase(
                    KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve)),
                    true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            return NONE;
        }
    }

    @Override
    public void encipher(
            byte algorithm, byte[] key, byte[] in, int inOffset, byte[] out, int outOffset) {
        String name = algorithm == TRIPLE_DES ? "DESede" : "AES";
        int length = Coprocessor.blockLength(algorithm);
        try {
            Cipher cipher = Cipher.getInstance(name + "/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, name));
            byte[] block = cipher.doFinal(in, inOffset, length);
            System.arraycopy(block, 0, out, outOffset, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }

    @Override
    public byte[] attest(byte[] attestationKey, Statement statement) {
        try {
            return Attestation.certificate(privateKey("EC", attestationKey), statement, random);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs with P-256", e);
        }
    }

    private static boolean isRsa(byte algorithm) {
        return algorithm == RSA_2048 || algorithm == RSA_3072;
    }

    /// Of the modulus or of a coordinate.
    private static int octets(byte algorithm) {
        return switch (algorithm) {
            case RSA_2048 -> 256;
            case RSA_3072 -> 384;
            case P_256 -> 32;
            case P_384 -> 48;
            default -> throw new IllegalArgumentException("algorithm %02X".formatted(algorithm));
        };
    }

    private static ECGenParameterSpec curve(byte algorithm) {
        return new ECGenParameterSpec(algorithm == P_384 ? "secp384r1" : "secp256r1");
    }

    private static PrivateKey privateKey(String name, byte[] encoded)
            throws GeneralSecurityException {
        return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static byte[] point(ECPoint point, int field) {
        byte[] octets = new byte[1 + 2 * field];
        octets[0] = 0x04;
        System.arraycopy(unsigned(point.getAffineX(), field), 0, octets, 1, field);
        System.arraycopy(unsigned(point.getAffineY(), field), 0, octets, 1 + field, field);
        return octets;
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] octets = number.toByteArray();
        byte[] padded = new byte[length];
        int taken = Math.min(octets.length, length);
        System.arraycopy(octets, octets.length - taken, padded, length - taken, taken);
        return padded;
    }
}
