// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.protocol.http.BytesHandler;

class OcspTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(START);
    private final FailingDatabase database = new FailingDatabase(TestDatabase.fresh());
    private LocalCa ca;
    private Certificate issuer;
    private Certificate certificate;

    @BeforeEach
    void open() {
        ca = Authorities.open(folder.resolve("one"), database, clock);
        issuer = ca.chain().getFirst();
        certificate = accepted(ca.issue(first(1, key(1))));
    }

    private byte[] ask(LocalCa of, Certificate about) {
        return of.ocsp(Ocsp.request(issuer, about));
    }

    private String status(byte[] response) {
        return Ocsp.status(response, issuer);
    }

    private LocalCa otherNode() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("two"));
        try (var files = Files.newDirectoryStream(folder.resolve("one"), "*.p12")) {
            for (Path file : files) {
                Files.copy(file, keys.resolve(file.getFileName()));
            }
        }
        return Authorities.open(keys, database, clock);
    }

    @Test
    void c4_what_has_been_issued_is_known_at_once_on_every_node() throws Exception {
        LocalCa other = otherNode();
        for (int i = 2; i < 5; i++) {
            Certificate fresh = accepted(ca.issue(first(i, key(i))));
            assertEquals("good", status(ask(ca, fresh)));
            assertEquals("good", status(ask(other, fresh)));
        }
    }

    @Test
    void c4_an_answer_that_was_unknown_is_not_kept_beyond_the_issue() {
        database.breakAt(5, FailingDatabase.Loss.STATEMENT);
        try {
            ca.issue(first(2, key(2)));
        } catch (CaException e) {
            assertEquals(Problem.DATABASE_UNAVAILABLE, e.problem());
        }
        database.mend();
        List<SerialNumber> intended = Rows.intendedOnly(database);
        for (SerialNumber serial : intended) {
            assertEquals("unknown", status(asked(serial)));
        }
        Certificate late = accepted(ca.issue(first(2, key(2))));
        assertEquals("good", status(ask(ca, late)));
    }

    private byte[] asked(SerialNumber serial) {
        return ca.ocsp(Ocsp.request(issuer, serial.value(), OIWObjectIdentifiers.idSHA1, null));
    }

    @Test
    void c5_a_kept_signature_is_used_again_until_the_commit_that_revokes_on_any_node()
            throws Exception {
        LocalCa other = otherNode();
        byte[] one = ask(ca, certificate);
        byte[] two = ask(other, certificate);
        clock.advance(Duration.ofMinutes(29));
        assertArrayEquals(one, ask(ca, certificate));
        assertArrayEquals(two, ask(other, certificate));

        other.revoke(certificate.id(), RevocationReason.CERTIFICATE_HOLD);
        assertEquals("revoked 6", status(ask(ca, certificate)));
        assertEquals("revoked 6", status(ask(other, certificate)));
        ca.revoke(certificate.id(), RevocationReason.REMOVE_FROM_CRL);
        byte[] resumed = ask(ca, certificate);
        assertEquals("good", status(resumed));
        assertFalse(Arrays.equals(one, resumed), "nobody sees what was said before the hold");
        ca.revoke(certificate.id(), RevocationReason.SUPERSEDED);
        assertEquals("revoked 4", status(ask(other, certificate)));
        other.revoke(certificate.id(), RevocationReason.KEY_COMPROMISE);
        assertEquals("revoked 1", status(ask(ca, certificate)));
    }

    @Test
    void c5_c6_no_answer_has_less_than_half_of_its_life_left() {
        for (int minutes = 0; minutes < 180; minutes += 7) {
            SingleResp answer = Ocsp.verified(ask(ca, certificate), issuer).getResponses()[0];
            Instant now = clock.instant();
            assertFalse(answer.getThisUpdate().toInstant().isAfter(now));
            assertTrue(
                    answer.getNextUpdate().toInstant().isAfter(now.plus(Duration.ofMinutes(30))));
            clock.advance(Duration.ofMinutes(7));
        }
        clock.set(START);
        SingleResp back = Ocsp.verified(ask(ca, certificate), issuer).getResponses()[0];
        assertEquals(START, back.getThisUpdate().toInstant(), "a clock that went back");
    }

    @Test
    void c6_every_way_to_write_a_request_into_a_path_is_read() {
        byte[] request = requestWithEveryCharacter();
        String base64 = Base64.getEncoder().encodeToString(request);
        assertTrue(base64.contains("+") && base64.contains("/") && base64.endsWith("="), base64);
        String all = base64.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");
        for (String path :
                List.of(
                        base64,
                        all,
                        lower(all),
                        base64.replace("+", "%2b"),
                        base64.replace("=", ""),
                        "/" + base64,
                        "//" + all)) {
            BytesHandler.Answer answer =
                    ca.ocspHandler()
                            .handle(new BytesHandler.Request("GET", "/" + path, new byte[0]));
            assertEquals("unknown", status(answer.body()), path);
        }
    }

    /// Escapes in lower case.
    private static String lower(String escaped) {
        return escaped.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
    }

    /// A request whose base64 has `+`, `/` and `=` in it.
    private byte[] requestWithEveryCharacter() {
        return IntStream.range(1, 1 << 16)
                .mapToObj(i -> BigInteger.valueOf(i).multiply(BigInteger.valueOf(0xFBFFBFL)))
                .map(serial -> Ocsp.request(issuer, serial, OIWObjectIdentifiers.idSHA1, null))
                .filter(OcspTest::hasEveryCharacter)
                .findFirst()
                .orElseThrow();
    }

    private static boolean hasEveryCharacter(byte[] request) {
        String base64 = Base64.getEncoder().encodeToString(request);
        return base64.contains("+") && base64.contains("/") && base64.endsWith("=");
    }

    @Test
    void an_answer_to_a_nonce_is_kept_for_nobody() throws Exception {
        byte[] plain = ask(ca, certificate);
        byte[] nonced =
                ca.ocsp(
                        Ocsp.request(
                                issuer,
                                certificate.serialNumber().value(),
                                OIWObjectIdentifiers.idSHA1,
                                new Extensions(
                                        new Extension(
                                                OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                                                false,
                                                new DEROctetString(new byte[32]).getEncoded()))));
        assertNotNull(
                Ocsp.verified(nonced, issuer)
                        .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce));
        assertArrayEquals(plain, ask(ca, certificate));
        byte[] sha256 =
                ca.ocsp(
                        Ocsp.request(
                                issuer,
                                certificate.serialNumber().value(),
                                NISTObjectIdentifiers.id_sha256,
                                null));
        assertEquals(
                NISTObjectIdentifiers.id_sha256,
                Ocsp.verified(sha256, issuer)
                        .getResponses()[0]
                        .getCertID()
                        .toASN1Primitive()
                        .getHashAlgorithm()
                        .getAlgorithm());
    }

    @Test
    void one_service_answers_for_several_authorities_each_by_its_own_signer() {
        LocalCa second = Authorities.open(folder.resolve("second"), TestDatabase.fresh(), clock);
        Certificate theirs = accepted(second.issue(first(1, key(2))));
        BytesHandler both = LocalCa.ocspHandler(List.of(ca, second), clock);

        assertEquals("good", status(post(both, Ocsp.request(issuer, certificate))));
        Certificate other = second.chain().getFirst();
        assertEquals("good", Ocsp.status(post(both, Ocsp.request(other, theirs)), other));
        assertEquals("6", status(post(ca.ocspHandler(), Ocsp.request(other, theirs))));
    }

    private static byte[] post(BytesHandler to, byte[] request) {
        return to.handle(new BytesHandler.Request("POST", "", request)).body();
    }

    @Test
    void of_an_expired_certificate_it_is_said_since_when_all_is_remembered() throws Exception {
        assertNull(cutoff());
        clock.set(certificate.validity().notAfter().plusSeconds(1));
        Extension cutoff = cutoff();
        assertNotNull(cutoff);
        assertEquals(
                issuer.validity().notBefore(),
                ASN1GeneralizedTime.getInstance(cutoff.getExtnValue().getOctets())
                        .getDate()
                        .toInstant());
    }

    private @org.jspecify.annotations.Nullable Extension cutoff() {
        return Ocsp.verified(ask(ca, certificate), issuer)
                .getResponses()[0]
                .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff);
    }
}
