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
    private static final ECGenParameterSpec CURVE = new ECGenParameterSpec("secp256r1");
    private static final int FIELD = 32;
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
        return algorithm == RSA_2048
                ? generate("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4))
                : generate("EC", CURVE);
    }

    private GeneratedKey generate(String name, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(name);
            generator.initialize(parameters, random);
            KeyPair pair = generator.generateKeyPair();
            byte[] publicHalf =
                    switch (pair.getPublic()) {
                        case RSAPublicKey key ->
                                BerTlv.concat(
                                        new BerTlv(0x81, unsigned(key.getModulus(), 256)),
                                        new BerTlv(0x82, unsigned(key.getPublicExponent(), 3)));
                        case ECPublicKey key -> new BerTlv(0x86, point(key.getW())).encoded();
                        default -> throw new IllegalStateException(name);
                    };
            return new GeneratedKey(pair.getPrivate().getEncoded(), publicHalf);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK generates " + name + " keys", e);
        }
    }

    @Override
    public byte[] sign(byte algorithm, byte[] key, byte[] in, int offset, int length) {
        byte[] input = Arrays.copyOfRange(in, offset, offset + length);
        try {
            if (algorithm == RSA_2048) {
                if (length != 256) {
                    return NONE;
                }
                Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
                cipher.init(Cipher.DECRYPT_MODE, privateKey("RSA", key));
                return cipher.doFinal(input);
            }
            if (length != FIELD) {
                return NONE;
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
    public byte[] agree(byte[] key, byte[] in, int offset, int length) {
        if (length != 1 + 2 * FIELD || in[offset] != 0x04) {
            return NONE;
        }
        int y = offset + 1 + FIELD;
        ECPoint point =
                new ECPoint(
                        new BigInteger(1, in, offset + 1, FIELD), new BigInteger(1, in, y, FIELD));
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(CURVE);
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
    public void encipher(byte[] key, byte[] in, int inOffset, byte[] out, int outOffset) {
        block(Cipher.ENCRYPT_MODE, key, in, inOffset, out, outOffset);
    }

    @Override
    public void decipher(byte[] key, byte[] in, int inOffset, byte[] out, int outOffset) {
        block(Cipher.DECRYPT_MODE, key, in, inOffset, out, outOffset);
    }

    private static void block(
            int mode, byte[] key, byte[] in, int inOffset, byte[] out, int outOffset) {
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"));
            byte[] block = cipher.doFinal(in, inOffset, 16);
            System.arraycopy(block, 0, out, outOffset, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES", e);
        }
    }

    private static PrivateKey privateKey(String name, byte[] encoded)
            throws GeneralSecurityException {
        return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static byte[] point(ECPoint point) {
        byte[] octets = new byte[1 + 2 * FIELD];
        octets[0] = 0x04;
        System.arraycopy(unsigned(point.getAffineX(), FIELD), 0, octets, 1, FIELD);
        System.arraycopy(unsigned(point.getAffineY(), FIELD), 0, octets, 1 + FIELD, FIELD);
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
