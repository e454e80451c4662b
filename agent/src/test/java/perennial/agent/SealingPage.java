// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What `seal.js` does, written a second time from decision 16.
final class SealingPage {
    private SealingPage() {}

    static byte[] seal(String key, String... secrets) throws GeneralSecurityException {
        byte[] agentPoint = Base64.getDecoder().decode(key);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair own = generator.generateKeyPair();
        ECPublicKey ownKey = (ECPublicKey) own.getPublic();
        byte[] ownPoint =
                HexFormat.of()
                        .parseHex(
                                "04%064x%064x"
                                        .formatted(
                                                ownKey.getW().getAffineX(),
                                                ownKey.getW().getAffineY()));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own.getPrivate());
        ECPoint point =
                new ECPoint(
                        new BigInteger(1, Arrays.copyOfRange(agentPoint, 1, 33)),
                        new BigInteger(1, Arrays.copyOfRange(agentPoint, 33, 65)));
        agreement.doPhase(
                KeyFactory.getInstance("EC")
                        .generatePublic(new ECPublicKeySpec(point, ownKey.getParams())),
                true);
        byte[] label = "perennial secret 1".getBytes(StandardCharsets.US_ASCII);
        byte[] derived =
                KDF.getInstance("HKDF-SHA256")
                        .deriveData(
                                HKDFParameterSpec.ofExtract()
                                        .addIKM(agreement.generateSecret())
                                        .thenExpand(
                                                joined(label, agentPoint, ownPoint),
                                                32 + padded(secrets).length));
        byte[] masked = Arrays.copyOfRange(derived, 32, derived.length);
        byte[] clear = padded(secrets);
        for (int i = 0; i < clear.length; i++) {
            masked[i] ^= clear[i];
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(derived, 0, 32, "HmacSHA256"));
        return joined(ownPoint, masked, mac.doFinal(masked));
    }

    /// Each filled up with FF to whole blocks of eight octets.
    private static byte[] padded(String... secrets) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String secret : secrets) {
            all.writeBytes(secret.getBytes(StandardCharsets.US_ASCII));
            while (all.size() % 8 != 0) {
                all.write(0xFF);
            }
        }
        return all.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
