// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.unlock;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The cryptography of the protocol: ephemeral ECDH on P-256, HKDF-SHA256 (RFC 5869), AES-256-GCM,
/// HMAC-SHA256.
final class UnlockKeys {
    static final int POINT = 65;
    private static final int COORDINATE = 32;
    private static final byte[] PUK_LABEL =
            "perennial unlock puk 1".getBytes(StandardCharsets.US_ASCII);

    private UnlockKeys() {}

    static KeyPair generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /// Uncompressed (SEC 1 2.3.3).
    static byte[] point(PublicKey key) {
        ECPoint point = ((ECPublicKey) key).getW();
        byte[] octets = new byte[POINT];
        octets[0] = 0x04;
        put(point.getAffineX(), octets, 1);
        put(point.getAffineY(), octets, 1 + COORDINATE);
        return octets;
    }

    private static void put(BigInteger coordinate, byte[] octets, int from) {
        byte[] number = coordinate.toByteArray();
        int length = Math.min(number.length, COORDINATE);
        System.arraycopy(
                number, number.length - length, octets, from + COORDINATE - length, length);
    }

    /// Seals or opens one short secret under a key that is used for it alone; that is why the
    /// initialisation vector may be zero.
    ///
    /// @param agentPoint the two points in the order agent, authority
    /// @throws GeneralSecurityException when the point is none or the seal is broken
    static byte[] cipher(
            int mode, KeyPair own, byte[] agentPoint, byte[] authorityPoint, Sealed sealed)
            throws GeneralSecurityException {
        byte[] ownPoint = point(own.getPublic());
        byte[] peer = Arrays.equals(ownPoint, agentPoint) ? authorityPoint : agentPoint;
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own.getPrivate());
        agreement.doPhase(key(peer, (ECPublicKey) own.getPublic()), true);
        byte[] shared = agreement.generateSecret();
        try {
            SecretKey key =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveKey(
                                    "AES",
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(shared)
                                            .addSalt(sealed.binding())
                                            .thenExpand(
                                                    UserCode.joined(
                                                            PUK_LABEL, agentPoint, authorityPoint),
                                                    32));
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(128, new byte[12]));
            cipher.updateAAD(sealed.binding());
            return cipher.doFinal(sealed.octets());
        } finally {
            Arrays.fill(shared, (byte) 0);
        }
    }

    /// @param binding what the secret is bound to: the digest of the request
    record Sealed(byte[] binding, byte[] octets) {}

    /// The agreement insists that it is on the curve.
    private static PublicKey key(byte[] point, ECPublicKey like) throws GeneralSecurityException {
        if (point.length != POINT || point[0] != 0x04) {
            throw new GeneralSecurityException("not an uncompressed point");
        }
        return KeyFactory.getInstance("EC")
                .generatePublic(
                        new ECPublicKeySpec(
                                new ECPoint(
                                        new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
                                        new BigInteger(1, Arrays.copyOfRange(point, 33, 65))),
                                like.getParams()));
    }

    static byte[] mac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }
}
