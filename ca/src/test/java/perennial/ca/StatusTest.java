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

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.protocol.http.BytesHandler;

class StatusTest {
    private static final String MALFORMED = "1";
    private static final String TRY_LATER = "3";
    private static final String UNAUTHORIZED = "6";

    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(Instant.parse("2026-03-01T00:00:00Z"));
    private final FailingDatabase database = new FailingDatabase(TestDatabase.fresh());
    private LocalCa ca;
    private Certificate issuer;
    private Certificate certificate;

    @BeforeEach
    void open() {
        ca = Authorities.open(folder, database, clock);
        issuer = ca.chain().getFirst();
        certificate = accepted(ca.issue(first(1, key(1))));
    }

    private String status() {
        return Ocsp.status(ca.ocsp(Ocsp.request(issuer, certificate)), issuer);
    }

    private X509CRL crl() throws GeneralSecurityException {
        X509CRL crl =
                (X509CRL)
                        CertificateFactory.getInstance("X.509")
                                .generateCRL(new ByteArrayInputStream(ca.crl()));
        crl.verify(issuer.publicKey());
        return crl;
    }

    @Test
    void ocsp_and_crl_follow_hold_resume_and_revocation() throws Exception {
        assertEquals("good", status());
        assertNull(crl().getRevokedCertificates());

        ca.revoke(certificate.id(), RevocationReason.CERTIFICATE_HOLD);
        assertEquals("revoked 6", status());
        X509CRLEntry held = crl().getRevokedCertificate(certificate.serialNumber().value());
        assertEquals(java.security.cert.CRLReason.CERTIFICATE_HOLD, held.getRevocationReason());

        ca.revoke(certificate.id(), RevocationReason.REMOVE_FROM_CRL);
        assertEquals("good", status());
        assertNull(crl().getRevokedCertificates());

        ca.revoke(certificate.id(), RevocationReason.UNSPECIFIED);
        assertEquals("revoked", status());
        X509CRLEntry revoked = crl().getRevokedCertificate(certificate.serialNumber().value());
        assertFalse(revoked.hasExtensions(), "no reason code stands for unspecified");
        assertEquals(
                Instant.parse("2026-03-01T00:00:00Z"), revoked.getRevocationDate().toInstant());
    }

    @Test
    void the_crl_is_kept_until_a_revocation_or_half_its_life_and_its_number_only_grows()
            throws Exception {
        byte[] one = ca.crl();
        clock.advance(Duration.ofHours(11));
        assertArrayEquals(one, ca.crl());
        BigInteger first = number(crl());

        clock.advance(Duration.ofHours(1));
        BigInteger second = number(crl());
        ca.revoke(certificate.id(), RevocationReason.SUPERSEDED);
        BigInteger third = number(crl());
        ca.revoke(certificate.id(), RevocationReason.SUPERSEDED);
        assertEquals(third, number(crl()), "nothing changed");
        ca = Authorities.open(folder, database, clock);
        assertEquals(third, number(crl()), "what is published is found again");
        clock.advance(Duration.ofHours(12));
        BigInteger fourth = number(crl());

        assertEquals(
                List.of(first, second, third, fourth),
                Stream.of(fourth, third, second, first).sorted().distinct().toList());
        assertEquals(
                Duration.ofHours(24),
                Duration.between(
                        crl().getThisUpdate().toInstant(), crl().getNextUpdate().toInstant()));
    }

    private static BigInteger number(X509CRL crl) {
        byte[] value = crl.getExtensionValue(Extension.cRLNumber.getId());
        return new BigInteger(java.util.Arrays.copyOfRange(value, 4, value.length));
    }

    @Test
    void ocsp_answers_for_both_hashes_by_key_and_until_when() {
        byte[] response =
                ca.ocsp(
                        Ocsp.request(
                                issuer,
                                certificate.serialNumber().value(),
                                NISTObjectIdentifiers.id_sha256,
                                null));

        assertEquals("good", Ocsp.status(response, issuer));
        BasicOCSPResp basic = Ocsp.verified(response, issuer);
        assertNotNull(basic.getResponderId().toASN1Primitive().getKeyHash());
        assertEquals(
                Instant.parse("2026-03-01T01:00:00Z"),
                basic.getResponses()[0].getNextUpdate().toInstant());
    }

    @Test
    void ocsp_does_not_know_what_was_never_issued_and_does_not_speak_for_others() {
        assertEquals(
                "unknown",
                Ocsp.status(
                        ca.ocsp(
                                Ocsp.request(
                                        issuer, BigInteger.TWO, OIWObjectIdentifiers.idSHA1, null)),
                        issuer));
        assertEquals(
                UNAUTHORIZED,
                Ocsp.status(ca.ocsp(Ocsp.request(ca.chain().getLast(), certificate)), issuer));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, good", "16, good", "32, good", "33, none", "128, none", "129, 1"})
    void a_nonce_comes_back_or_is_refused_by_its_size(int octets, String expected)
            throws IOException {
        byte[] nonce = new byte[octets];
        byte[] response = ca.ocsp(withNonce(new DEROctetString(nonce).getEncoded()));

        if (expected.equals(MALFORMED)) {
            assertEquals(MALFORMED, Ocsp.status(response, issuer));
            return;
        }
        Extension echoed =
                Ocsp.verified(response, issuer)
                        .getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
        if (expected.equals("none")) {
            assertNull(echoed);
        } else {
            assertArrayEquals(
                    new DEROctetString(nonce).getEncoded(), echoed.getExtnValue().getOctets());
        }
    }

    private byte[] withNonce(byte[] value) {
        return Ocsp.request(
                issuer,
                certificate.serialNumber().value(),
                OIWObjectIdentifiers.idSHA1,
                new Extensions(
                        new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, value)));
    }

    @Test
    void what_is_no_request_is_told_so() {
        byte[] good = Ocsp.request(issuer, certificate);
        for (int length = 0; length < good.length; length++) {
            assertEquals(
                    MALFORMED, Ocsp.status(ca.ocsp(java.util.Arrays.copyOf(good, length)), issuer));
        }
        assertEquals(
                MALFORMED,
                Ocsp.status(ca.ocsp(java.util.Arrays.copyOf(good, good.length + 1)), issuer));
        for (int i = 0; i < good.length; i++) {
            byte[] altered = good.clone();
            altered[i] ^= 0x55;
            Ocsp.status(ca.ocsp(altered), issuer);
        }
        assertEquals(MALFORMED, Ocsp.status(ca.ocsp(new byte[5000]), issuer));
        assertEquals(MALFORMED, Ocsp.status(ca.ocsp(withNonce(new byte[] {1, 2})), issuer));
    }

    @Test
    void without_a_database_ocsp_asks_to_come_back() {
        database.breakAt(1, FailingDatabase.Loss.STATEMENT);

        assertEquals(TRY_LATER, status());
        database.mend();
        assertEquals("good", status());
    }

    @Test
    void the_ocsp_signer_is_renewed_in_time_while_the_service_runs() {
        Certificate before = signer();
        clock.advance(Duration.ofDays(14));
        assertEquals(before, signer());
        clock.advance(Duration.ofDays(2));
        Certificate after = signer();

        assertFalse(before.equals(after));
        assertTrue(after.validity().contains(clock.instant().plus(Duration.ofDays(29))));
    }

    private Certificate signer() {
        try {
            return Certificate.ofDer(
                    Ocsp.verified(ca.ocsp(Ocsp.request(issuer, certificate)), issuer)
                            .getCerts()[0]
                            .getEncoded());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void get_and_post_give_the_status_and_only_what_is_for_everyone_may_be_kept() {
        byte[] request = Ocsp.request(issuer, certificate);
        String base64 = Base64.getEncoder().encodeToString(request);
        String escaped = URLEncoder.encode(base64, StandardCharsets.US_ASCII);
        BytesHandler handler = ca.ocspHandler();

        for (String path : new String[] {"/" + base64, "/" + escaped, "//" + escaped, escaped}) {
            BytesHandler.Answer answer =
                    handler.handle(new BytesHandler.Request("GET", path, new byte[0]));
            assertEquals("good", Ocsp.status(answer.body(), issuer), path);
            assertEquals(
                    "max-age=300, public, no-transform, must-revalidate",
                    answer.headers().get("Cache-Control"));
            assertEquals("Sun, 01 Mar 2026 00:00:00 GMT", answer.headers().get("Last-Modified"));
            assertEquals("Sun, 01 Mar 2026 01:00:00 GMT", answer.headers().get("Expires"));
            assertNotNull(answer.headers().get("ETag"));
        }
        BytesHandler.Answer posted = handler.handle(new BytesHandler.Request("POST", "", request));
        assertEquals("good", Ocsp.status(posted.body(), issuer));
        assertEquals("application/ocsp-response", posted.contentType());
        assertEquals("no-store", posted.headers().get("Cache-Control"));
        for (String path : new String[] {"", "/", "/%", "/%zz", "/!!", "/" + "A".repeat(20000)}) {
            BytesHandler.Answer answer =
                    handler.handle(new BytesHandler.Request("GET", path, new byte[0]));
            assertEquals(MALFORMED, Ocsp.status(answer.body(), issuer), path);
            assertEquals("no-store", answer.headers().get("Cache-Control"));
        }
        assertEquals(405, handler.handle(new BytesHandler.Request("PUT", "", request)).status());
    }

    @Test
    void crl_and_certificates_are_found_at_their_paths() {
        BytesHandler.Answer crl =
                ca.crlHandler()
                        .handle(new BytesHandler.Request("GET", "/issuing.crl", new byte[0]));
        assertEquals("application/pkix-crl", crl.contentType());
        assertArrayEquals(ca.crl(), crl.body());
        BytesHandler.Answer root =
                ca.certificatesHandler()
                        .handle(new BytesHandler.Request("GET", "/root.cer", new byte[0]));
        assertEquals("application/pkix-cert", root.contentType());
        assertArrayEquals(ca.chain().getLast().der(), root.body());
        assertEquals(
                404,
                ca.certificatesHandler()
                        .handle(new BytesHandler.Request("GET", "/root.p12", new byte[0]))
                        .status());
    }
}
