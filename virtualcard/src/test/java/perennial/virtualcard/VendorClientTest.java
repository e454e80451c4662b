// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.yubico.yubikit.core.application.InvalidPinException;
import com.yubico.yubikit.core.smartcard.ApduException;
import com.yubico.yubikit.piv.KeyType;
import com.yubico.yubikit.piv.ManagementKeyType;
import com.yubico.yubikit.piv.PinPolicy;
import com.yubico.yubikit.piv.PivSession;
import com.yubico.yubikit.piv.Slot;
import com.yubico.yubikit.piv.SlotMetadata;
import com.yubico.yubikit.piv.TouchPolicy;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.CommandApdu;

/// The applet under the vendor's own client, unmodified: what it takes for its card's answers, ours
/// are.
class VendorClientTest {
    private static final char[] PIN = Cards.RIGHT.toCharArray();
    private static final char[] PUK = Cards.PUK.toCharArray();

    @Test
    void the_client_sees_version_serial_number_and_metadata() throws Exception {
        try (VendorClient client = VendorClient.insert(ProductGeneration.WITH_METADATA)) {
            PivSession piv = client.session();
            assertEquals("5.4.3", piv.getVersion().toString());
            assertTrue(piv.getSerialNumber() > 0);
            assertEquals(ManagementKeyType.AES192, piv.getManagementKeyType());
            assertFalse(piv.getManagementKeyMetadata().isDefaultValue());
            assertTrue(piv.getPinMetadata().isDefaultValue());
            assertEquals(3, piv.getPinMetadata().getAttemptsRemaining());
            assertFalse(piv.getPukMetadata().isDefaultValue());
        }
        try (VendorClient client = VendorClient.insert(ProductGeneration.WITH_MOVE)) {
            assertEquals("5.7.2", client.session().getVersion().toString());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"RSA2048", "RSA3072", "ECCP256", "ECCP384"})
    void a_key_that_is_moved_keeps_what_it_is_and_what_it_asks_for(KeyType type) throws Exception {
        try (VendorClient client = VendorClient.insert(ProductGeneration.WITH_MOVE)) {
            PivSession piv = client.authenticated();
            PublicKey made =
                    piv.generateKey(Slot.RETIRED1, type, PinPolicy.ALWAYS, TouchPolicy.DEFAULT)
                            .toPublicKey();
            piv.moveKey(Slot.RETIRED1, Slot.SIGNATURE);
            assertEquals(0x6A88, refused(() -> piv.getSlotMetadata(Slot.RETIRED1)));
            SlotMetadata metadata = piv.getSlotMetadata(Slot.SIGNATURE);
            assertEquals(made, metadata.getPublicKeyValues().toPublicKey());
            assertEquals(PinPolicy.ALWAYS, metadata.getPinPolicy());
            assertEquals(type, metadata.getKeyType());
            assertTrue(metadata.isGenerated());
            assertSigns(piv, type, made);
            piv.deleteKey(Slot.SIGNATURE);
            assertEquals(0x6A88, refused(() -> piv.getSlotMetadata(Slot.SIGNATURE)));
        }
    }

    @Test
    void a_key_is_never_moved_onto_another_and_none_from_nowhere() throws Exception {
        try (VendorClient client = VendorClient.insert(ProductGeneration.WITH_MOVE)) {
            PivSession piv = client.authenticated();
            PublicKey first = generate(piv, Slot.AUTHENTICATION);
            PublicKey second = generate(piv, Slot.RETIRED20);
            assertEquals(0x6985, refused(() -> piv.moveKey(Slot.RETIRED20, Slot.AUTHENTICATION)));
            assertEquals(0x6A88, refused(() -> piv.moveKey(Slot.RETIRED2, Slot.RETIRED3)));
            assertEquals(0x6A88, refused(() -> piv.deleteKey(Slot.RETIRED3)));
            assertEquals(first, publicKey(piv, Slot.AUTHENTICATION));
            assertEquals(second, publicKey(piv, Slot.RETIRED20));
        }
    }

    @Test
    void without_the_management_key_nothing_is_moved_or_deleted() throws Exception {
        try (VendorClient client = VendorClient.insert(ProductGeneration.WITH_MOVE)) {
            PublicKey key = generate(client.authenticated(), Slot.AUTHENTICATION);
            PivSession piv = client.session();
            assertEquals(0x6982, refused(() -> piv.moveKey(Slot.AUTHENTICATION, Slot.RETIRED1)));
            assertEquals(0x6982, refused(() -> piv.deleteKey(Slot.AUTHENTICATION)));
            assertEquals(key, publicKey(piv, Slot.AUTHENTICATION));
        }
    }

    @Test
    void an_attestation_names_card_and_key_and_verifies_with_the_cards_certificate()
            throws Exception {
        try (VendorClient client = VendorClient.insert(ProductGeneration.WITH_METADATA)) {
            PivSession piv = client.authenticated();
            PublicKey key = generate(piv, Slot.KEY_MANAGEMENT);
            X509Certificate attestation = piv.attestKey(Slot.KEY_MANAGEMENT);
            X509Certificate own = piv.getCertificate(Slot.ATTESTATION);
            attestation.verify(own.getPublicKey());
            assertEquals(own.getSubjectX500Principal(), attestation.getIssuerX500Principal());
            assertEquals(key, attestation.getPublicKey());
            assertArrayEquals(
                    HexFormat.of().parseHex("0403050403"),
                    attestation.getExtensionValue("1.3.6.1.4.1.41482.3.3"));
            assertEquals(0x6A88, refused(() -> piv.attestKey(Slot.SIGNATURE)));
        }
    }

    @ParameterizedTest
    @EnumSource(ManagementKeyType.class)
    void the_management_key_is_changed_to_each_kind_and_back(ManagementKeyType type)
            throws Exception {
        try (VendorClient client = VendorClient.insert(ProductGeneration.WITH_METADATA)) {
            byte[] key = new byte[type.keyLength];
            Arrays.fill(key, (byte) 0x5A);
            PivSession piv = client.authenticated();
            piv.setManagementKey(type, key, false);
            PivSession again = client.session();
            assertEquals(type, again.getManagementKeyType());
            again.authenticate(key);
            generate(again, Slot.AUTHENTICATION);
            byte[] other = key.clone();
            other[0] = 0;
            assertThrows(ApduException.class, () -> client.session().authenticate(other));
        }
    }

    @Test
    void pin_and_puk_are_changed_and_unblock() throws Exception {
        try (VendorClient client = VendorClient.insert(ProductGeneration.WITH_MOVE)) {
            PivSession piv = client.session();
            char[] next = "864213".toCharArray();
            piv.changePin(PIN, next);
            piv.verifyPin(next);
            piv.changePuk(PUK, "11223344".toCharArray());
            assertEquals(
                    2,
                    assertThrows(InvalidPinException.class, () -> piv.unblockPin(PUK, PIN))
                            .getAttemptsRemaining());
            assertEquals(2, piv.getPukMetadata().getAttemptsRemaining());
            piv.unblockPin("11223344".toCharArray(), PIN);
            piv.verifyPin(PIN);
            assertEquals(3, piv.getPukMetadata().getAttemptsRemaining());
        }
    }

    @Test
    void a_standard_card_has_none_of_it() throws Exception {
        VirtualCard card = Cards.blank();
        try (ApduChannel channel = card.connect()) {
            channel.transmit(
                    new CommandApdu(0, 0xA4, 4, 0, HexFormat.of().parseHex("A000000308"), 256));
            for (int ins : new int[] {0xF6, 0xF7, 0xF8, 0xF9, 0xFD, 0xFF}) {
                CommandApdu command = new CommandApdu(0, ins, 0, 0x9A, new byte[0], 256);
                assertEquals(0x6D00, channel.transmit(command).status().value());
            }
        }
    }

    private static PublicKey generate(PivSession piv, Slot slot) throws Exception {
        return piv.generateKey(slot, KeyType.ECCP256, PinPolicy.DEFAULT, TouchPolicy.DEFAULT)
                .toPublicKey();
    }

    private static PublicKey publicKey(PivSession piv, Slot slot) throws Exception {
        return piv.getSlotMetadata(slot).getPublicKeyValues().toPublicKey();
    }

    /// The key asks for the PIN before each use.
    private static void assertSigns(PivSession piv, KeyType type, PublicKey key) throws Exception {
        byte[] input = new byte[type.params.bitLength / 8];
        input[input.length - 1] = 9;
        assertEquals(0x6982, refused(() -> piv.rawSignOrDecrypt(Slot.SIGNATURE, type, input)));
        piv.verifyPin(PIN);
        byte[] signature = piv.rawSignOrDecrypt(Slot.SIGNATURE, type, input);
        assertEquals(0x6982, refused(() -> piv.rawSignOrDecrypt(Slot.SIGNATURE, type, input)));
        if (key.getAlgorithm().equals("EC")) {
            Signature verifier = Signature.getInstance("NONEwithECDSA");
            verifier.initVerify(key);
            verifier.update(input);
            assertTrue(verifier.verify(signature));
        } else {
            assertEquals(input.length, signature.length);
        }
    }

    private interface Work {
        Object run() throws Exception;
    }

    private interface Effect {
        void run() throws Exception;
    }

    private static int refused(Work work) {
        return assertThrows(ApduException.class, () -> work.run()).getSw() & 0xFFFF;
    }

    private static int refused(Effect work) {
        return assertThrows(ApduException.class, work::run).getSw() & 0xFFFF;
    }
}
