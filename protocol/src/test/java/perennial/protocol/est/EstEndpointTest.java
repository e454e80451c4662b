// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.est;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.est.CSRAttributesResponse;
import org.bouncycastle.est.ESTException;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.KeyUsage;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.http.BytesHandler;

class EstEndpointTest {
    private static final X500Principal HOLDER = new X500Principal("CN=Holder,C=TW");
    private static final KeyPair KEY = key();
    private static final Certificate CLIENT = client();
    private static final byte[] REQUEST = request();

    private IssueOutcome outcome = new IssueOutcome.Accepted(CLIENT);
    private final EstEndpoint endpoint =
            new EstEndpoint(Map.of("", service("plain"), "cards", service("cards")));

    private EstService service(String name) {
        return new EstService() {
            @Override
            public List<Certificate> authorities() {
                return name.equals("cards") ? List.of() : List.of(CLIENT);
            }

            @Override
            public RequestHints hints() {
                return new RequestHints(
                        Set.of(KeyUsage.DIGITAL_SIGNATURE), List.of("1.3.6.1.5.5.7.3.2"));
            }

            @Override
            public IssueOutcome enrol(EstRequest request, Certificate client) {
                return outcome;
            }

            @Override
            public IssueOutcome renew(EstRequest request, Certificate client) {
                return outcome;
            }
        };
    }

    @Test
    void a_label_chooses_the_service_and_none_means_the_first() throws CMSException {
        assertEquals(1, certificates(get("/cacerts")));
        assertEquals(0, certificates(get("/cards/cacerts")));
        for (String path : List.of("", "/", "/others/cacerts", "/cards/", "/a/b/cacerts")) {
            assertEquals(404, get(path).status(), path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cacerts", "a/b", "a b"})
    void a_label_is_a_segment_and_no_operation(String label) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new EstEndpoint(Map.of("", service("plain"), label, service("cards"))));
    }

    @Test
    void csr_attributes_ask_for_the_extensions_of_the_profile() throws ESTException {
        CSRAttributesResponse attributes =
                new CSRAttributesResponse(Base64.getMimeDecoder().decode(get("/csrattrs").body()));
        assertEquals(
                List.of(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest),
                List.copyOf(attributes.getRequirements()));
    }

    @Test
    void a_request_that_is_not_decided_yet_is_to_be_sent_again() {
        outcome = new IssueOutcome.Waiting(Duration.ofMillis(1));
        BytesHandler.Answer answer = post(Base64.getEncoder().encode(REQUEST));
        assertEquals(202, answer.status());
        assertEquals("1", answer.headers().get("Retry-After"));
    }

    @ParameterizedTest
    @CsvSource({
        "notAuthorized,403",
        "wrongAuthority,403",
        "certRevoked,403",
        "signerNotTrusted,403",
        "badTime,409",
        "duplicateCertReq,409",
        "transactionIdInUse,409",
        "systemUnavail,503",
        "systemFailure,500",
        "badCertTemplate,400",
        "badAlg,400"
    })
    void a_refusal_has_the_status_of_its_reason_and_says_it_in_words(FailInfo reason, int status) {
        outcome = new IssueOutcome.Rejection(reason, "because");
        BytesHandler.Answer answer = post(Base64.getEncoder().encode(REQUEST));
        assertEquals(status, answer.status());
        assertEquals("text/plain; charset=utf-8", answer.contentType());
        assertEquals(reason + ": because", text(answer));
        assertEquals(status == 503, answer.headers().containsKey("Retry-After"));
    }

    @Test
    void base64_may_have_lines_of_any_length_and_no_header_field() {
        for (byte[] body :
                List.of(
                        Base64.getEncoder().encode(REQUEST),
                        Base64.getMimeEncoder().encode(REQUEST),
                        Base64.getMimeEncoder(7, " \t\n".getBytes(StandardCharsets.US_ASCII))
                                .encode(REQUEST))) {
            assertEquals(200, post(body).status());
        }
        assertEquals(400, post(REQUEST).status());
        assertEquals(400, post(new byte[0]).status());
    }

    @Test
    void twenty_thousand_damaged_requests_are_refused_in_words() {
        Random random = new Random(20);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = REQUEST.clone();
            for (int hits = random.nextInt(3); hits >= 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            BytesHandler.Answer answer = post(Base64.getEncoder().encode(damaged));
            // A hit may write the octet that stood there.
            assertTrue(
                    answer.status() == 400 || java.util.Arrays.equals(damaged, REQUEST),
                    Base64.getEncoder().encodeToString(damaged));
        }
    }

    @Test
    void a_request_cut_off_or_followed_by_anything_is_none() {
        for (int length = 0; length < REQUEST.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(REQUEST, length);
            assertThrows(ProtocolException.class, () -> EstRequest.ofDer(cut));
        }
        byte[] longer = java.util.Arrays.copyOf(REQUEST, REQUEST.length + 1);
        assertThrows(ProtocolException.class, () -> EstRequest.ofDer(longer));
        assertThrows(
                ProtocolException.class,
                () -> EstRequest.ofDer(new byte[EstRequest.MAX_OCTETS + 1]));
    }

    private BytesHandler.Answer get(String path) {
        return endpoint.handle(new BytesHandler.Request("GET", path, new byte[0]));
    }

    private BytesHandler.Answer post(byte[] body) {
        return endpoint.handle(
                new BytesHandler.Request(
                        "POST",
                        "/simpleenroll",
                        "",
                        Map.of("content-type", "Application/PKCS10; x=y"),
                        List.of(CLIENT),
                        body));
    }

    private static String text(BytesHandler.Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static int certificates(BytesHandler.Answer answer) throws CMSException {
        return new CMSSignedData(Base64.getMimeDecoder().decode(answer.body()))
                .getCertificates()
                .getMatches(null)
                .size();
    }

    private static byte[] request() {
        try {
            return new JcaPKCS10CertificationRequestBuilder(HOLDER, KEY.getPublic())
                    .build(signer())
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Certificate client() {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        try {
            return Certificate.ofDer(
                    new JcaX509v3CertificateBuilder(
                                    HOLDER,
                                    BigInteger.ONE,
                                    Date.from(from),
                                    Date.from(from.plus(Duration.ofDays(30))),
                                    HOLDER,
                                    KEY.getPublic())
                            .build(signer())
                            .getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ContentSigner signer() throws OperatorCreationException {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(KEY.getPrivate());
    }

    private static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
