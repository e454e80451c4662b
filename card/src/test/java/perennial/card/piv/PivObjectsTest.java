// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import perennial.card.CardException;
import perennial.card.apdu.BerTlv;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

class PivObjectsTest {
    private static final byte[] HOLDER = resource("holder.der");

    @Test
    void a_certificate_is_read_plain_and_compressed() throws IOException {
        Certificate certificate = Certificate.ofDer(HOLDER);
        assertEquals(certificate, PivObjects.certificate(object(HOLDER, 0)));
        assertEquals(certificate, PivObjects.certificate(object(gzip(HOLDER), 1)));
    }

    @Test
    void a_compressed_certificate_that_swells_is_refused() throws IOException {
        byte[] bomb = gzip(new byte[4 << 20]);
        assertTrue(bomb.length < 8192);
        assertRefused(object(bomb, 1));
    }

    @Test
    void what_is_not_exactly_one_certificate_is_refused() {
        assertRefused(object(Arrays.copyOf(HOLDER, HOLDER.length + 1), 0));
        assertRefused(object(Arrays.copyOf(HOLDER, HOLDER.length - 1), 0));
        assertRefused(object(HOLDER, 1));
        assertRefused(object(new byte[0], 0));
        assertRefused(object(resource("serial-zero.der"), 0));
    }

    @Test
    void an_emptied_object_holds_no_certificate() {
        assertTrue(PivObjects.isEmpty(new BerTlv(0x53, new byte[0]).encoded()));
        assertFalse(PivObjects.isEmpty(object(HOLDER, 0)));
    }

    @Test
    void a_damaged_certificate_is_read_or_refused_and_nothing_else() throws IOException {
        Random random = new Random(53);
        byte[][] objects = {object(HOLDER, 0), object(gzip(HOLDER), 1)};
        int refused = 0;
        for (int i = 0; i < 6000; i++) {
            byte[] damaged = objects[i % 2].clone();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            int end = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
            try {
                var _ = PivObjects.certificate(Arrays.copyOf(damaged, end)).subjectText();
            } catch (CardException e) {
                assertEquals(Problem.CARD_ANSWER_INVALID, e.problem());
                refused++;
            }
        }
        assertTrue(refused > 3000, () -> "the damage does not reach the reader");
    }

    @Test
    void a_key_of_another_kind_is_not_supported() {
        CardException refused =
                assertThrows(
                        CardException.class,
                        () -> KeyType.of(Certificate.ofDer(resource("rsa-1024.der")).publicKey()));
        assertEquals(Problem.CARD_NOT_SUPPORTED, refused.problem());
        assertEquals(KeyType.P_256, KeyType.of(Certificate.ofDer(HOLDER).publicKey()));
    }

    @Test
    void the_management_key_is_found_in_its_wrapping_only() {
        byte[] key = new byte[24];
        Arrays.fill(key, (byte) 7);
        byte[] inner = new BerTlv(0x88, new BerTlv(0x89, key).encoded()).encoded();
        assertArrayEquals(
                key, PivObjects.managementKey(new BerTlv(0x53, inner).encoded()).orElseThrow());
        assertThrows(CardException.class, () -> PivObjects.managementKey(inner));
        byte[] printed = new BerTlv(0x53, new BerTlv(0x01, key).encoded()).encoded();
        assertTrue(PivObjects.managementKey(printed).isEmpty());
    }

    private static void assertRefused(byte[] object) {
        CardException refused =
                assertThrows(CardException.class, () -> PivObjects.certificate(object));
        assertEquals(Problem.CARD_ANSWER_INVALID, refused.problem());
    }

    private static byte[] object(byte[] certificate, int information) {
        byte[] content =
                BerTlv.concat(
                        new BerTlv(0x70, certificate),
                        new BerTlv(0x71, new byte[] {(byte) information}),
                        new BerTlv(0xFE, new byte[0]));
        return new BerTlv(0x53, content).encoded();
    }

    private static byte[] gzip(byte[] octets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(octets);
        }
        return out.toByteArray();
    }

    private static byte[] resource(String name) {
        try (InputStream in = PivObjectsTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
