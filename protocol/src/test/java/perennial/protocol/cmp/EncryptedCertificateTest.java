// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Decipherer;

final class EncryptedCertificateTest {
    private static final long SEED = 4211;

    private final TestPki pki = TestPki.atFixedTime();

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void another_cms_implementation_reads_it(String kind) throws CMSException {
        boolean rsa = kind.equals("RSA");
        KeyPair keys = rsa ? TestPki.RSA_KEYS : SoftwareKeys.p256(pki.random);
        Certificate certificate = pki.enciphering(keys.getPublic());
        EnvelopedData enveloped = EncryptedCertificate.of(certificate, pki.random);

        RecipientInformation recipient =
                new CMSEnvelopedData(
                                new ContentInfo(PKCSObjectIdentifiers.envelopedData, enveloped))
                        .getRecipientInfos()
                        .getRecipients()
                        .iterator()
                        .next();
        Recipient theirs =
                rsa
                        ? new JceKeyTransEnvelopedRecipient(keys.getPrivate())
                                .setProvider(new BouncyCastleProvider())
                        : new JceKeyAgreeEnvelopedRecipient(keys.getPrivate())
                                .setProvider(new BouncyCastleProvider());

        assertArrayEquals(certificate.der(), recipient.getContent(theirs));
    }

    @Test
    void a_cryptogram_out_of_the_keys_range_never_reaches_the_card() {
        RSAPublicKey key = (RSAPublicKey) TestPki.RSA_KEYS.getPublic();
        byte[] tooLarge = new byte[(key.getModulus().bitLength() + 7) / 8];
        Arrays.fill(tooLarge, (byte) 0xFF);
        Decipherer card =
                new Decipherer() {
                    @Override
                    public PublicKey publicKey() {
                        return key;
                    }

                    @Override
                    public byte[] decipher(byte[] cryptogram) {
                        throw new AssertionError("the card was asked");
                    }
                };
        assertThrows(InvalidMessageException.class, () -> RsaOaep.decrypt(card, key, tooLarge));
    }

    @Test
    void oaep_padding_of_the_jdk_is_removed_at_every_message_length()
            throws GeneralSecurityException {
        Random random = new Random(SEED);
        RSAPublicKey key = (RSAPublicKey) TestPki.RSA_KEYS.getPublic();
        for (int length : new int[] {0, 1, 16, 32, 189, 190}) {
            byte[] message = new byte[length];
            random.nextBytes(message);

            byte[] padded = bare(RsaOaep.encrypt(key, message, pki.random));

            assertArrayEquals(message, RsaOaep.unpadded(padded));
        }
    }

    @Test
    void any_changed_bit_of_oaep_padding_is_refused_in_the_same_words()
            throws GeneralSecurityException {
        RSAPublicKey key = (RSAPublicKey) TestPki.RSA_KEYS.getPublic();
        byte[] padded = bare(RsaOaep.encrypt(key, new byte[32], pki.random));
        for (int at = 0; at < padded.length; at++) {
            byte[] changed = padded.clone();
            changed[at] ^= 1;
            refused(changed);
        }
        refused(new byte[256]);
        refused(new byte[64]);
        refused(new byte[0]);
        refused(Arrays.copyOf(padded, 255));
    }

    private static void refused(byte[] padded) {
        InvalidMessageException e =
                assertThrows(InvalidMessageException.class, () -> RsaOaep.unpadded(padded));
        assertEquals(FailInfo.badPOP, e.failInfo());
        assertEquals("certificate is not encrypted for this key", e.getMessage());
    }

    private static byte[] bare(byte[] cryptogram) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, TestPki.RSA_KEYS.getPrivate());
        return cipher.doFinal(cryptogram);
    }
}
