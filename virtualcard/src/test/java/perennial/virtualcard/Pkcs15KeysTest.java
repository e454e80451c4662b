// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Pkcs15Cards.SELECT;
import static perennial.virtualcard.Pkcs15Cards.VERIFY;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import perennial.card.apdu.BerTlv;

/// Keys on the PKCS #15 card, made and used by raw commands (ISO/IEC 7816-8).
class Pkcs15KeysTest {
    private static final byte[] TEXT = "展期".getBytes(StandardCharsets.UTF_8);
    private static final String RSA_KEY_3 = "00224100068001F3840103";
    private static final String GENERATE_RSA = "0046420000";
    private static final byte[] SHA256_INFO =
            HexFormat.of().parseHex("3031300D060960864801650304020105000420");

    private final Pkcs15Card card = Pkcs15Cards.made();

    @Test
    void an_rsa_key_made_with_the_pin_signs_and_deciphers() throws GeneralSecurityException {
        try (RawCommands commands = selected()) {
            commands.expect("9000", RSA_KEY_3);
            commands.expect("6982", GENERATE_RSA);
            commands.expect("9000", VERIFY);
            PublicKey key = rsa(commands.data(GENERATE_RSA));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(TEXT);
            commands.expect("9000", "002241B606800111840103");
            byte[] signature =
                    commands.data(
                            "002A9E9A33"
                                    + RawCommands.hex(SHA256_INFO)
                                    + RawCommands.hex(hash)
                                    + "00");
            Signature verifier = Signature.getInstance("SHA256withRSA");
            verifier.initVerify(key);
            verifier.update(TEXT);
            assertTrue(verifier.verify(signature));

            commands.expect("9000", "002241B806800111840103");
            assertArrayEquals(TEXT, deciphered(commands, enciphered(key, TEXT)));
            commands.expect("9000", "0020FF01");
            commands.expect("6982", RawCommands.extended("002A8086", new byte[257]));
        }
    }

    @Test
    void a_cryptogram_that_holds_no_message_is_refused_however_it_is_wrong()
            throws GeneralSecurityException {
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, RSA_KEY_3);
            PublicKey key = rsa(commands.data(GENERATE_RSA));
            commands.expect("9000", "002241B806800111840103");
            byte[] block = new byte[256];
            Arrays.fill(block, 2, 256, (byte) 0x55);
            block[1] = 0x02;
            commands.expect("6A80", decipher(raw(key, block)));
            block[9] = 0;
            commands.expect("6A80", decipher(raw(key, block)));
            block[9] = 0x55;
            block[10] = 0;
            assertEquals(245, deciphered(commands, raw(key, block)).length);
            block[1] = 0x01;
            commands.expect("6A80", decipher(raw(key, block)));
            commands.expect("6A80", RawCommands.extended("002A8086", new byte[256]));
        }
    }

    @Test
    void an_ec_key_signs_what_it_hashes_itself() throws GeneralSecurityException {
        byte[] curve = DomainParameters.p256();
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, "00224100068001EC840101");
            byte[] answer = commands.data(shortCommand("00460000", curve));
            byte[] key = BerTlv.require(answer, 0x7F49);
            assertArrayEquals(curve, Arrays.copyOf(key, curve.length));
            commands.expect("9000", "002241B606800121840101");
            byte[] signature = commands.data(shortCommand("002A9E9A", TEXT));
            Signature verifier = Signature.getInstance("SHA1withECDSA");
            verifier.initVerify(point(BerTlv.require(key, 0x86)));
            verifier.update(TEXT);
            assertTrue(verifier.verify(signature));
        }
    }

    @Test
    void another_curve_is_refused() {
        byte[] curve = DomainParameters.p256();
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, "00224100068001EC840101");
            for (int i = 0; i < curve.length; i += 5) {
                byte[] other = curve.clone();
                other[i] ^= 1;
                commands.expect("6A81", shortCommand("00460000", other));
            }
            commands.expect("6A81", "0046000000");
        }
    }

    @Test
    void no_command_brings_a_private_key_in_or_takes_one_out() {
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, RSA_KEY_3);
            commands.expect("6900", "00DB3FFF057F48029200");
            commands.expect("6D00", "00CB3FFF057F48029200");
        }
    }

    @Test
    void a_key_is_used_for_what_the_environment_says() {
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, RSA_KEY_3);
            commands.data(GENERATE_RSA);
            commands.expect("6985", "002A9E9A013100");
            commands.expect("9000", "002241B606800121840103");
            commands.expect("6985", "002A9E9A013100", GENERATE_RSA);
            commands.expect("9000", "002241B606800111840104");
            commands.expect("6A88", "002A9E9A013100", "002241B606800111840110");
            commands.expect("6A80", "002241B603990100");
            commands.expect("6A86", "0022F301", "002A9E9B013100");
            commands.expect("9000", "002241B606800111840103", SELECT, VERIFY);
            commands.expect("6985", "002A9E9A013100");
        }
    }

    @Test
    void no_two_keys_are_the_same() {
        try (RawCommands commands = selected()) {
            commands.expect("9000", VERIFY, RSA_KEY_3);
            String first = RawCommands.hex(commands.data(GENERATE_RSA));
            assertNotEquals(first, RawCommands.hex(commands.data(GENERATE_RSA)));
        }
    }

    private RawCommands selected() {
        RawCommands commands = new RawCommands(card);
        commands.expect("9000", SELECT);
        return commands;
    }

    private static String shortCommand(String header, byte[] data) {
        return header + "%02X".formatted(data.length) + RawCommands.hex(data) + "00";
    }

    private static String decipher(byte[] cryptogram) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.write(0);
        data.writeBytes(cryptogram);
        return RawCommands.extended("002A8086", data.toByteArray());
    }

    private static byte[] deciphered(RawCommands commands, byte[] cryptogram) {
        return commands.data(decipher(cryptogram));
    }

    private static byte[] enciphered(PublicKey key, byte[] text) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(text);
    }

    private static byte[] raw(PublicKey key, byte[] block) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(block);
    }

    private static PublicKey point(byte[] octets) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        BigInteger x = new BigInteger(1, octets, 1, 32);
        BigInteger y = new BigInteger(1, octets, 33, 32);
        return KeyFactory.getInstance("EC")
                .generatePublic(
                        new ECPublicKeySpec(
                                new ECPoint(x, y), curve.getParameterSpec(ECParameterSpec.class)));
    }

    private static PublicKey rsa(byte[] answer) throws GeneralSecurityException {
        List<BerTlv> key = BerTlv.parse(BerTlv.require(answer, 0x7F49));
        BigInteger modulus = new BigInteger(1, BerTlv.find(key, 0x81).orElseThrow());
        BigInteger exponent = new BigInteger(1, BerTlv.find(key, 0x82).orElseThrow());
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }
}
