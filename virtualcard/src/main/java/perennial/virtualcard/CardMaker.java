// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.ChainedChannel;
import perennial.card.apdu.LongCommand;
import perennial.card.apdu.LongResponse;
import perennial.card.piv.FascN;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.applet.Memory;

/// The card's maker: fills a new card through its own commands, with the card management key.
final class CardMaker {
    private static final int TRIES = 3;
    private static final int MANAGEMENT_KEY = 0x9B;
    private static final int AES_192 = 0x0A;
    private static final int CAPABILITIES = 0x5FC107;
    private static final int HOLDER = 0x5FC102;
    private static final int PRINTED = 0x5FC109;
    private static final int ADMINISTRATION = 0x5FFF00;

    /// Person, category, organisation, association: nobody's.
    private static final String NO_PERSON = "0".repeat(16);

    private static final byte[] EMPTY = {};

    private final ChainedChannel channel;
    private final byte[] managementKey;

    CardMaker(ChainedChannel channel, byte[] managementKey) {
        this.channel = channel;
        this.managementKey = managementKey;
        select();
        proveManagementKey();
    }

    /// The memory of a card that has its secrets, and a management key that nobody else knows.
    static Memory memory(Personalisation personalisation, SecureRandom random) {
        byte[] key = new byte[24];
        random.nextBytes(key);
        try (Pin pin = Pin.of(personalisation.pin());
                Pin puk = Pin.of(personalisation.puk())) {
            return Memory.factoryNew(content -> true, pin.padded(), puk.padded(), key, TRIES);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// Writes what every PIV card carries, and the management key where only the PIN opens it, as
    /// `ykman piv access change-management-key --protect` does.
    CardNumber personalise(CardNumber cardNumber, SecureRandom random) {
        byte[] guid = new byte[16];
        random.nextBytes(guid);
        guid[6] = (byte) ((guid[6] & 0x0F) | 0x40);
        guid[8] = (byte) ((guid[8] & 0x3F) | 0x80);
        put(
                HOLDER,
                new BerTlv(0x30, new FascN(cardNumber.value(), NO_PERSON).encoded()),
                new BerTlv(0x34, guid),
                new BerTlv(0x35, "20991231".getBytes(StandardCharsets.US_ASCII)),
                new BerTlv(0x3E, EMPTY),
                new BerTlv(0xFE, EMPTY));
        byte[] capability = new byte[21];
        random.nextBytes(capability);
        put(
                CAPABILITIES,
                new BerTlv(0xF0, capability),
                new BerTlv(0xF1, new byte[] {0x21}),
                new BerTlv(0xF2, new byte[] {0x21}),
                new BerTlv(0xF3, EMPTY),
                new BerTlv(0xF4, new byte[] {0x00}),
                new BerTlv(0xF5, new byte[] {0x10}),
                new BerTlv(0xFE, EMPTY));
        put(PRINTED, new BerTlv(0x88, new BerTlv(0x89, managementKey).encoded()));
        put(ADMINISTRATION, new BerTlv(0x80, new BerTlv(0x81, new byte[] {0x02}).encoded()));
        return cardNumber;
    }

    PublicKey generate(KeySlot slot, KeyAlgorithm algorithm) {
        byte[] control =
                new BerTlv(0xAC, new BerTlv(0x80, new byte[] {identifier(algorithm)}).encoded())
                        .encoded();
        byte[] answer = send(new LongCommand(0x47, 0, slot.keyReference(), control, true));
        List<BerTlv> key = BerTlv.parse(BerTlv.require(answer, 0x7F49));
        try {
            return switch (algorithm) {
                case RSA_2048 ->
                        KeyFactory.getInstance("RSA")
                                .generatePublic(
                                        new RSAPublicKeySpec(
                                                number(part(key, 0x81)), number(part(key, 0x82))));
                case P_256 -> point(part(key, 0x86));
                case RSA_3072, P_384 ->
                        throw new IllegalArgumentException(algorithm + " is not on this card");
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the card's new public key is none", e);
        }
    }

    void install(KeySlot slot, Certificate certificate) {
        put(
                slot.certificateObject(),
                new BerTlv(0x70, certificate.der()),
                new BerTlv(0x71, new byte[] {0x00}),
                new BerTlv(0xFE, EMPTY));
    }

    /// SP 800-78-4 table 6-2, SP 800-78-5.
    private static byte identifier(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_2048 -> 0x07;
            case RSA_3072 -> 0x05;
            case P_256 -> 0x11;
            case P_384 -> 0x14;
        };
    }

    private static PublicKey point(byte[] octets) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point =
                new ECPoint(
                        number(Arrays.copyOfRange(octets, 1, 33)),
                        number(Arrays.copyOfRange(octets, 33, 65)));
        return KeyFactory.getInstance("EC")
                .generatePublic(
                        new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
    }

    private static byte[] part(List<BerTlv> key, int tag) {
        return BerTlv.find(key, tag)
                .orElseThrow(() -> new IllegalStateException("no part %X".formatted(tag)));
    }

    private static BigInteger number(byte[] octets) {
        return new BigInteger(1, octets);
    }

    private void select() {
        byte[] piv = {(byte) 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};
        byte[] _ = send(new LongCommand(0xA4, 0x04, 0x00, piv, true));
    }

    /// External authentication: the card's challenge, enciphered.
    private void proveManagementKey() {
        byte[] asked = authenticate(new BerTlv(0x81, EMPTY));
        byte[] challenge = BerTlv.require(BerTlv.require(asked, 0x7C), 0x81);
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(managementKey, "AES"));
            byte[] _ = authenticate(new BerTlv(0x82, cipher.doFinal(challenge)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES", e);
        }
    }

    private byte[] authenticate(BerTlv content) {
        byte[] template = new BerTlv(0x7C, content.encoded()).encoded();
        return send(new LongCommand(0x87, AES_192, MANAGEMENT_KEY, template, true));
    }

    private void put(int object, BerTlv... content) {
        byte[] tag = {(byte) (object >> 16), (byte) (object >> 8), (byte) object};
        byte[] data =
                BerTlv.concat(new BerTlv(0x5C, tag), new BerTlv(0x53, BerTlv.concat(content)));
        byte[] _ = send(new LongCommand(0xDB, 0x3F, 0xFF, data, false));
    }

    private byte[] send(LongCommand command) {
        LongResponse answer = channel.send(command);
        if (!answer.status().isSuccess()) {
            throw new IllegalStateException(command + " was answered with " + answer);
        }
        return answer.data();
    }
}
