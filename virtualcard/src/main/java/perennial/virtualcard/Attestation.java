// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.HexFormat;
import perennial.card.apdu.BerTlv;
import perennial.card.piv.KeyType;
import perennial.virtualcard.applet.Coprocessor.Statement;

/// The certificates of ATTEST (Yubico, "PIV attestation"): signed by a key that the card was made
/// with, with the firmware's version, the serial number and the key's rules as extensions.
final class Attestation {
    private static final String MAKER = "Perennial Virtual Card Maker";
    private static final String ISSUER = "Perennial Virtual Card Attestation";

    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OID = 0x06;
    private static final int UTF8_STRING = 0x0C;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int EXPLICIT_0 = 0xA0;
    private static final int EXPLICIT_3 = 0xA3;

    private static final byte[] ECDSA_WITH_SHA256 = oid("2A8648CE3D040302");
    private static final byte[] COMMON_NAME = oid("550403");

    /// 1.3.6.1.4.1.41482.3.: version 3, serial number 7, rules 8.
    private static final String EXTENSIONS = "2B0601040182C40A03";

    /// X.509 knows no certificate without an end; RFC 5280 4.1.2.5 names this one.
    private static final byte[] VALIDITY =
            sequence(time(UTC_TIME, "260101000000Z"), time(GENERALIZED_TIME, "99991231235959Z"));

    private Attestation() {}

    /// The statement about a key that was made on the card, signed by its attestation key.
    static byte[] certificate(PrivateKey key, Statement statement, SecureRandom random)
            throws GeneralSecurityException {
        KeyType type = KeyType.ofIdentifier(statement.algorithm).orElseThrow();
        PublicKey attested = type.publicKey(statement.publicHalf);
        byte[] serial = HexFormat.of().parseHex("%08x".formatted(statement.serial));
        byte[] extensions =
                sequence(
                        extension("03", statement.version),
                        extension("07", new BerTlv(INTEGER, signed(serial)).encoded()),
                        extension("08", new byte[] {statement.pinPolicy, 0x01}));
        String subject = "PIV Attestation %02x".formatted(statement.reference);
        return signed(key, ISSUER, subject, attested, extensions, random);
    }

    /// The certificate of a card's attestation key, signed by its maker's.
    static byte[] ofAttestationKey(PrivateKey maker, PublicKey key, SecureRandom random)
            throws GeneralSecurityException {
        return signed(maker, MAKER, ISSUER, key, new byte[0], random);
    }

    private static byte[] signed(
            PrivateKey key,
            String issuer,
            String subject,
            PublicKey holder,
            byte[] extensions,
            SecureRandom random)
            throws GeneralSecurityException {
        byte[] number = new byte[16];
        random.nextBytes(number);
        number[0] = (byte) ((number[0] & 0x3F) | 0x40);
        byte[] algorithm = sequence(ECDSA_WITH_SHA256);
        byte[] version = new BerTlv(INTEGER, new byte[] {0x02}).encoded();
        byte[] toBeSigned =
                sequence(
                        new BerTlv(EXPLICIT_0, version).encoded(),
                        new BerTlv(INTEGER, number).encoded(),
                        algorithm,
                        name(issuer),
                        VALIDITY,
                        name(subject),
                        holder.getEncoded(),
                        extensions.length == 0
                                ? extensions
                                : new BerTlv(EXPLICIT_3, extensions).encoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key, random);
        signature.update(toBeSigned);
        byte[] value = signature.sign();
        byte[] bits = new byte[1 + value.length];
        System.arraycopy(value, 0, bits, 1, value.length);
        return sequence(toBeSigned, algorithm, new BerTlv(BIT_STRING, bits).encoded());
    }

    private static byte[] extension(String arc, byte[] value) {
        return sequence(oid(EXTENSIONS + arc), new BerTlv(OCTET_STRING, value).encoded());
    }

    private static byte[] name(String commonName) {
        byte[] text = commonName.getBytes(StandardCharsets.UTF_8);
        byte[] attribute = sequence(COMMON_NAME, new BerTlv(UTF8_STRING, text).encoded());
        return sequence(new BerTlv(SET, attribute).encoded());
    }

    private static byte[] time(int tag, String text) {
        return new BerTlv(tag, text.getBytes(StandardCharsets.US_ASCII)).encoded();
    }

    private static byte[] oid(String hex) {
        return new BerTlv(OID, HexFormat.of().parseHex(hex)).encoded();
    }

    private static byte[] signed(byte[] magnitude) {
        return new BigInteger(1, magnitude).toByteArray();
    }

    private static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        return new BerTlv(SEQUENCE, content.toByteArray()).encoded();
    }
}
