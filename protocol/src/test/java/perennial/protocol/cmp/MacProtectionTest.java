// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.authority.FailInfo;
import perennial.core.renewal.ReKeyPermission;

final class MacProtectionTest {
    private static final String SECRET = "a-secret-of-32-characters-in-all";
    private static final AlgorithmIdentifier HMAC_SHA256 =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

    private final SecureRandom random = new SecureRandom();
    private final ReKeyPermission permission =
            new ReKeyPermission(
                    "ref".getBytes(StandardCharsets.US_ASCII),
                    SECRET.getBytes(StandardCharsets.US_ASCII));

    @Test
    void what_is_written_is_pbmac1_as_the_jdk_computes_it() throws GeneralSecurityException {
        ReceivedMessage message =
                ReceivedMessage.of(
                        MacProtection.protect(
                                header(),
                                CmpBodies.pkiConf(),
                                SharedSecret.of(permission),
                                random));

        assertTrue(MacProtection.protects(message));
        PBMAC1Params parameters =
                PBMAC1Params.getInstance(message.header().getProtectionAlg().getParameters());
        PBKDF2Params derivation =
                PBKDF2Params.getInstance(parameters.getKeyDerivationFunc().getParameters());
        assertEquals(HMAC_SHA256, parameters.getMessageAuthScheme());
        byte[] key =
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(
                                new PBEKeySpec(
                                        SECRET.toCharArray(),
                                        derivation.getSalt(),
                                        derivation.getIterationCount().intValueExact(),
                                        derivation.getKeyLength().intValueExact() * 8))
                        .getEncoded();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        assertArrayEquals(mac.doFinal(message.protectedPart()), message.signature().orElseThrow());
        assertArrayEquals(permission.reference(), message.header().getSenderKID().getOctets());
        assertDoesNotThrow(() -> MacProtection.verify(message, SharedSecret.of(permission)));
    }

    @Test
    void every_message_has_a_salt_of_its_own() {
        byte[] one =
                MacProtection.protect(
                        header(), CmpBodies.pkiConf(), SharedSecret.of(permission), random);
        byte[] other =
                MacProtection.protect(
                        header(), CmpBodies.pkiConf(), SharedSecret.of(permission), random);

        assertTrue(!Arrays.equals(one, other));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 20_001, Integer.MAX_VALUE})
    void iterations_out_of_bounds_are_refused_before_they_are_made(int iterations) {
        AlgorithmIdentifier pbmac1 = pbmac1(iterations, 32, HMAC_SHA256);
        AlgorithmIdentifier passwordBased =
                passwordBased(iterations, NISTObjectIdentifiers.id_sha256);

        assertEquals(FailInfo.badAlg, refused(pbmac1));
        assertEquals(FailInfo.badAlg, refused(passwordBased));
    }

    @Test
    void weak_and_unknown_algorithms_are_refused() {
        AlgorithmIdentifier md5 =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.md5, DERNull.INSTANCE);

        assertEquals(FailInfo.badAlg, refused(passwordBased(500, OIWObjectIdentifiers.idSHA1)));
        assertEquals(FailInfo.badAlg, refused(pbmac1(2048, 32, md5)));
        assertEquals(FailInfo.badAlg, refused(pbmac1(2048, 4, HMAC_SHA256)));
        assertEquals(FailInfo.badAlg, refused(pbmac1(2048, 1 << 20, HMAC_SHA256)));
        assertEquals(
                FailInfo.badDataFormat,
                refused(new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBMAC1)));
    }

    @Test
    void a_message_without_its_mac_is_refused() {
        assertEquals(FailInfo.badMessageCheck, refused(pbmac1(2048, 32, HMAC_SHA256)));
    }

    private FailInfo refused(AlgorithmIdentifier algorithm) {
        PKIHeader header = header().setProtectionAlg(algorithm).build();
        byte[] octets =
                ReceivedMessage.der(
                        new PKIMessage(
                                header, CmpBodies.pkiConf(), new DERBitString(new byte[32])));
        return assertThrows(
                        InvalidMessageException.class,
                        () ->
                                MacProtection.verify(
                                        ReceivedMessage.of(octets), SharedSecret.of(permission)))
                .failInfo();
    }

    private static AlgorithmIdentifier pbmac1(
            int iterations, int keyOctets, AlgorithmIdentifier mac) {
        ASN1Encodable[] derivation = {
            new DEROctetString(new byte[16]),
            new ASN1Integer(iterations),
            new ASN1Integer(keyOctets),
            HMAC_SHA256
        };
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_PBMAC1,
                new PBMAC1Params(
                        new AlgorithmIdentifier(
                                PKCSObjectIdentifiers.id_PBKDF2, new DERSequence(derivation)),
                        mac));
    }

    private static AlgorithmIdentifier passwordBased(
            int iterations, ASN1ObjectIdentifier function) {
        return new AlgorithmIdentifier(
                CMPObjectIdentifiers.passwordBasedMac,
                new PBMParameter(
                        new byte[16], new AlgorithmIdentifier(function), iterations, HMAC_SHA256));
    }

    private static PKIHeaderBuilder header() {
        return new PKIHeaderBuilder(2, PKIHeader.NULL_NAME, PKIHeader.NULL_NAME)
                .setTransactionID(new byte[16])
                .setSenderNonce(new byte[16]);
    }
}
