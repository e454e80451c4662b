// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.ChainedChannel;
import perennial.card.apdu.LongCommand;
import perennial.card.apdu.LongResponse;
import perennial.card.piv.FascN;
import perennial.card.piv.KeyType;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.applet.Coprocessor;
import perennial.virtualcard.applet.Memory;
import perennial.virtualcard.applet.Product;

/// The card's maker: fills a new card through its own commands, with the card management key.
final class CardMaker {
    private static final int TRIES = 3;
    private static final int MANAGEMENT_KEY = 0x9B;
    private static final int ATTESTATION_KEY = 0xF9;
    private static final int CAPABILITIES = 0x5FC107;
    private static final int HOLDER = 0x5FC102;
    private static final int PRINTED = 0x5FC109;
    private static final int ADMINISTRATION = 0x5FFF00;
    private static final int ATTESTATION_CERTIFICATE = 0x5FFF01;

    /// Person, category, organisation, association: nobody's.
    private static final String NO_PERSON = "0".repeat(16);

    private static final byte[] EMPTY = {};

    private final ChainedChannel channel;
    private final byte managementAlgorithm;
    private final byte[] managementKey;

    /// @param memory of the card at the channel's other end
    CardMaker(ChainedChannel channel, Memory memory) {
        this.channel = channel;
        this.managementAlgorithm = memory.managementAlgorithm();
        this.managementKey = memory.managementKey();
        select();
        proveManagementKey();
    }

    /// The memory of a card that has its secrets, and a management key that nobody else knows.
    static Memory memory(Personalisation personalisation, SecureRandom random) {
        ManagementKey.Algorithm algorithm = personalisation.managementKey().algorithm();
        byte[] key = new byte[algorithm.length()];
        random.nextBytes(key);
        Product product =
                new Product(
                        personalisation.generation().product(),
                        random.nextInt(1, Integer.MAX_VALUE));
        try (Pin pin = Pin.of(personalisation.pin());
                Pin puk = Pin.of(personalisation.puk())) {
            Memory memory =
                    Memory.factoryNew(content -> true, product, pin.padded(), puk.padded(), TRIES);
            memory.setManagementKey(algorithm.identifier(), key);
            return memory;
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// Writes what every PIV card carries. The management key is put where only the PIN opens it,
    /// if so wished, as `ykman piv access change-management-key --protect` does; a card that
    /// attests gets a key for that.
    CardNumber personalise(Personalisation personalisation, SecureRandom random) {
        writeIdentity(personalisation.cardNumber(), random);
        if (personalisation.managementKey().keptBehindPin()) {
            put(PRINTED, new BerTlv(0x88, new BerTlv(0x89, managementKey).encoded()));
            put(ADMINISTRATION, new BerTlv(0x80, new BerTlv(0x81, new byte[] {0x02}).encoded()));
        }
        if (personalisation.generation() != ProductGeneration.STANDARD) {
            makeAttestationKey(random);
        }
        return personalisation.cardNumber();
    }

    private void writeIdentity(CardNumber cardNumber, SecureRandom random) {
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
    }

    private void makeAttestationKey(SecureRandom random) {
        PublicKey key = generate(ATTESTATION_KEY, KeyAlgorithm.P_256);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256, random);
            PrivateKey maker = generator.generateKeyPair().getPrivate();
            put(
                    ATTESTATION_CERTIFICATE,
                    new BerTlv(0x70, Attestation.ofAttestationKey(maker, key, random)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    PublicKey generate(int reference, KeyAlgorithm algorithm) {
        KeyType type = KeyType.of(algorithm);
        BerTlv identifier = new BerTlv(0x80, new byte[] {(byte) type.identifier()});
        byte[] control = new BerTlv(0xAC, identifier.encoded()).encoded();
        byte[] answer = send(new LongCommand(0x47, 0, reference, control, true));
        return type.publicKey(BerTlv.require(answer, 0x7F49));
    }

    void install(KeySlot slot, Certificate certificate) {
        put(
                slot.certificateObject(),
                new BerTlv(0x70, certificate.der()),
                new BerTlv(0x71, new byte[] {0x00}),
                new BerTlv(0xFE, EMPTY));
    }

    private void select() {
        byte[] piv = {(byte) 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};
        byte[] _ = send(new LongCommand(0xA4, 0x04, 0x00, piv, true));
    }

    /// External authentication: the card's challenge, enciphered.
    private void proveManagementKey() {
        byte[] asked = authenticate(new BerTlv(0x81, EMPTY));
        byte[] challenge = BerTlv.require(BerTlv.require(asked, 0x7C), 0x81);
        String name = managementAlgorithm == Coprocessor.TRIPLE_DES ? "DESede" : "AES";
        try {
            Cipher cipher = Cipher.getInstance(name + "/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(managementKey, name));
            byte[] _ = authenticate(new BerTlv(0x82, cipher.doFinal(challenge)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }

    private byte[] authenticate(BerTlv content) {
        byte[] template = new BerTlv(0x7C, content.encoded()).encoded();
        return send(new LongCommand(0x87, managementAlgorithm, MANAGEMENT_KEY, template, true));
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
