// SPDX-License-Identifier: Apache-2.0
package perennial.core.certificate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads what OpenSSL writes.
class CertificateTest {
    @TempDir static Path folder;

    private static byte[] der;

    @BeforeAll
    static void openssl_makes_a_certificate() throws Exception {
        Path out = folder.resolve("holder.der");
        Process openssl =
                new ProcessBuilder(
                                "openssl",
                                "req",
                                "-x509",
                                "-utf8",
                                "-newkey",
                                "rsa:2048",
                                "-nodes",
                                "-keyout",
                                "/dev/null",
                                "-outform",
                                "DER",
                                "-out",
                                out.toString(),
                                "-days",
                                "20",
                                "-set_serial",
                                "0x5306C8EADD5B",
                                "-addext",
                                "keyUsage=critical,digitalSignature,nonRepudiation",
                                "-subj",
                                "/C=TW/O=測試, 機關/CN=王小明/serialNumber=3874544741")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, openssl.waitFor(), said);
        der = Files.readAllBytes(out);
    }

    @Test
    void names_are_shown_in_the_order_of_the_encoding() {
        assertEquals(
                "C=TW,O=測試\\, 機關,CN=王小明,SERIALNUMBER=3874544741",
                Certificate.ofDer(der).subjectText());
    }

    @Test
    void what_is_read_is_what_was_written() {
        Certificate certificate = Certificate.ofDer(der);
        assertEquals("000000000000000000005306C8EADD5B", certificate.serialNumber().hex());
        assertEquals(
                Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.NON_REPUDIATION),
                certificate.keyUsages());
        assertArrayEquals(der, certificate.der());
        assertEquals(certificate, Certificate.ofDer(der.clone()));
    }

    @Test
    void changing_a_copy_of_the_encoding_changes_nothing() throws IOException {
        Certificate certificate = Certificate.ofDer(der);
        Arrays.fill(certificate.der(), (byte) 0);
        assertArrayEquals(der, certificate.der());
    }

    @Test
    void anything_but_exactly_one_certificate_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> Certificate.ofDer(new byte[0]));
        assertThrows(
                IllegalArgumentException.class,
                () -> Certificate.ofDer(Arrays.copyOf(der, der.length - 1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Certificate.ofDer(Arrays.copyOf(der, der.length + 1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Certificate.ofDer(new byte[Certificate.MAX_OCTETS + 1]));
    }

    @Test
    void spoiled_certificates_are_refused_or_read_never_anything_else() {
        Random random = new Random(20261123);
        for (int i = 0; i < 3_000; i++) {
            byte[] spoiled = der.clone();
            spoiled[random.nextInt(spoiled.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                Certificate read = Certificate.ofDer(spoiled);
                assertArrayEquals(spoiled, read.der());
            } catch (IllegalArgumentException refused) {
                assertEquals(IllegalArgumentException.class, refused.getClass());
            }
        }
    }
}
