// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.CertStatus;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SignatureAlgorithm;
import perennial.core.crypto.Signer;
import perennial.core.crypto.SoftwareSigner;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.http.BytesHandler;

final class CmpEndpointRefusalTest {
    private static final long SEED = 9483;

    private final TestPki pki = TestPki.atFixedTime();
    private final IssuingUpdates service = new IssuingUpdates(pki);
    private final CmpEndpoint endpoint =
            new CmpEndpoint(service, pki.ra, List.of(pki.issuing), pki.clock, pki.random);
    private final KeyPair keys = SoftwareKeys.p256(pki.random);
    private final Signer signer = new SoftwareSigner(keys);
    private final Certificate old = pki.signing(keys.getPublic());
    private final RenewalId id = RenewalId.random(pki.random);

    @Test
    void the_untouched_request_is_accepted() {
        assertInstanceOf(CmpMessage.Kup.class, answer(kur()));
    }

    @Test
    void a_changed_octet_of_the_protected_part_is_never_accepted() {
        byte[] request = kur();
        int protectedEnd = ReceivedMessage.of(request).protectedPart().length;
        Random random = new Random(SEED);
        for (int i = 0; i < 400; i++) {
            byte[] changed = request.clone();
            int at = random.nextInt(protectedEnd);
            changed[at] ^= (byte) (1 << random.nextInt(8));

            assertInstanceOf(
                    CmpMessage.Refusal.class, answer(changed), "seed " + SEED + ", octet " + at);
        }
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void garbage_is_answered_with_a_signed_error() {
        Random random = new Random(SEED);
        for (int length : new int[] {0, 1, 2, 3, 16, 100, 1000, 65_536}) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            assertEquals(FailInfo.badDataFormat, refusal(garbage));
        }
        byte[] request = kur();
        for (int length = 0; length < request.length; length += 7) {
            assertEquals(FailInfo.badDataFormat, refusal(Arrays.copyOf(request, length)));
        }
        assertEquals(FailInfo.badDataFormat, refusal(Arrays.copyOf(request, request.length + 1)));
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void deeply_nested_input_is_refused_wherever_it_hides() {
        byte[] content = new byte[0];
        for (int i = 0; i < 10_000; i++) {
            content = wrapped(content);
        }
        assertEquals(FailInfo.badDataFormat, refusal(wrapped(content)));

        byte[] hidden = content;
        InfoTypeAndValue info =
                new InfoTypeAndValue(
                        CMPObjectIdentifiers.it_implicitConfirm, new DEROctetString(hidden));
        byte[] request = sent(2, header -> header.setGeneralInfo(info));
        int at = 0;
        while (!Arrays.equals(request, at, at + 64, hidden, 0, 64)) {
            at++;
        }
        // OCTET STRING becomes SEQUENCE, and so the whole nest becomes part of the header.
        request[at - 4] = 0x30;

        assertEquals(FailInfo.badDataFormat, refusal(request));
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void what_is_longer_than_allowed_is_refused_unread() {
        byte[] request = Arrays.copyOf(kur(), ReceivedMessage.MAX_OCTETS + 1);
        CmpMessage.Refusal refusal = assertInstanceOf(CmpMessage.Refusal.class, answer(request));
        assertEquals("message of 65537 octets, at most 65536", refusal.text());
    }

    @Test
    void over_http_only_post_is_answered_with_a_message() {
        BytesHandler.Answer got = endpoint.handle(new BytesHandler.Request("GET", "", new byte[0]));
        assertEquals(405, got.status());

        BytesHandler.Answer posted =
                endpoint.handle(new BytesHandler.Request("POST", "/keyupdate", kur()));
        assertEquals(200, posted.status());
        assertEquals("application/pkixcmp", posted.contentType());
        assertEquals(Map.of("Cache-Control", "no-store"), posted.headers());
    }

    @Test
    void a_header_must_be_whole_and_of_now() {
        assertEquals(FailInfo.unsupportedVersion, refusal(sent(1, header -> header)));
        assertEquals(FailInfo.unsupportedVersion, refusal(sent(4, header -> header)));
        for (int octets : new int[] {0, 8, 15, 17, 32}) {
            assertEquals(
                    FailInfo.badRequest,
                    refusal(sent(2, header -> header.setTransactionID(new byte[octets]))));
        }
        assertEquals(
                FailInfo.badSenderNonce,
                refusal(sent(2, header -> header.setSenderNonce(new byte[15]))));
        for (int minutes : new int[] {-6, 6}) {
            assertEquals(
                    FailInfo.badTime,
                    refusal(
                            sent(
                                    2,
                                    header ->
                                            header.setMessageTime(
                                                    MessageTime.of(
                                                            pki.clock
                                                                    .instant()
                                                                    .plus(
                                                                            Duration.ofMinutes(
                                                                                    minutes)))))));
        }
        for (int minutes : new int[] {-4, 4}) {
            assertInstanceOf(
                    CmpMessage.Kup.class,
                    answer(
                            sent(
                                    2,
                                    header ->
                                            header.setMessageTime(
                                                    MessageTime.of(
                                                            pki.clock
                                                                    .instant()
                                                                    .plus(
                                                                            Duration.ofMinutes(
                                                                                    minutes)))))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void the_answer_has_the_version_transaction_and_nonce_of_the_request(int pvno) {
        byte[] nonce = new byte[16];
        new Random(SEED).nextBytes(nonce);

        PKIHeader header =
                PKIMessage.getInstance(
                                endpoint.answer(sent(pvno, given -> given.setSenderNonce(nonce))))
                        .getHeader();

        assertTrue(header.getPvno().hasValue(pvno));
        assertArrayEquals(id.octets(), header.getTransactionID().getOctets());
        assertArrayEquals(nonce, header.getRecipNonce().getOctets());
        assertEquals(16, header.getSenderNonce().getOctets().length);
    }

    @Test
    void a_signer_must_be_issued_by_a_trusted_authority_and_be_allowed_to_sign() {
        TestPki foreign = TestPki.atFixedTime();
        Certificate forged = foreign.signing(keys.getPublic());
        Certificate enciphering = pki.enciphering(keys.getPublic());

        assertEquals(FailInfo.signerNotTrusted, refusal(kur(forged)));
        assertEquals(FailInfo.signerNotTrusted, refusal(kur(enciphering)));
        assertEquals(FailInfo.badMessageCheck, refusal(protectedBy(List.of(pki.ra.certificate()))));
        assertEquals(FailInfo.badMessageCheck, refusal(protectedBy(List.of())));
        assertInstanceOf(
                CmpMessage.Kup.class, answer(protectedBy(List.of(pki.ra.certificate(), old))));
    }

    @Test
    void an_unprotected_request_is_refused() {
        PKIMessage message = PKIMessage.getInstance(kur());
        PKIMessage bare = new PKIMessage(message.getHeader(), message.getBody());
        assertEquals(FailInfo.badMessageCheck, refusal(ReceivedMessage.der(bare)));
    }

    @Test
    void another_holder_s_certificate_cannot_be_asked_for() {
        Certificate other =
                pki.issued(
                        keys.getPublic(),
                        new X500Principal("CN=另一人,C=TW"),
                        TestPki.usage(KeyUsage.digitalSignature));
        PKIBody body = CertRequests.kur(old, new PossessionKey.Signing(signer));
        assertEquals(FailInfo.notAuthorized, refusal(message(2, body, other, header -> header)));
    }

    @Test
    void a_signature_by_another_key_does_not_prove_possession() {
        Signer stranger = new SoftwareSigner(SoftwareKeys.p256(pki.random));
        Signer liar =
                new Signer() {
                    @Override
                    public SignatureAlgorithm algorithm() {
                        return stranger.algorithm();
                    }

                    @Override
                    public PublicKey publicKey() {
                        return keys.getPublic();
                    }

                    @Override
                    public byte[] sign(byte[] message) {
                        return stranger.sign(message);
                    }
                };
        PKIBody body = CertRequests.kur(old, new PossessionKey.Signing(liar));
        assertEquals(FailInfo.badPOP, refusal(message(2, body, old, header -> header)));
    }

    @Test
    void an_encrypted_certificate_takes_version_three_and_another_key_than_the_signer_s() {
        PossessionKey own = new PossessionKey.Enciphering(SoftwareKeys.decipherer(keys));
        PossessionKey other =
                new PossessionKey.Enciphering(
                        SoftwareKeys.decipherer(SoftwareKeys.p256(pki.random)));
        assertEquals(
                FailInfo.badPOP,
                refusal(message(3, CertRequests.kur(old, own), old, header -> header)));
        assertEquals(
                FailInfo.unsupportedVersion,
                refusal(message(2, CertRequests.kur(old, other), old, header -> header)));
    }

    @Test
    void what_is_not_a_request_is_refused() {
        for (PKIBody body :
                List.of(
                        CmpBodies.pkiConf(),
                        CmpBodies.kup(old),
                        CmpBodies.kupWaiting(),
                        CmpBodies.pollRep(Duration.ofMinutes(1)),
                        CmpBodies.error(FailInfo.badAlg, "x"),
                        new PKIBody(PKIBody.TYPE_GEN_MSG, new DERSequence()))) {
            assertEquals(FailInfo.badRequest, refusal(message(2, body, old, header -> header)));
        }
    }

    @Test
    void a_wrong_hash_confirms_nothing() {
        Certificate fresh = issued();
        byte[] hash = CertHash.of(fresh);
        byte[] wrong = hash.clone();
        wrong[31] ^= 1;

        assertEquals(FailInfo.badCertId, refusal(certConf(2, wrong, null, null)));
        assertEquals(FailInfo.badCertId, refusal(certConf(2, CertHash.of(old), null, null)));
        assertEquals(FailInfo.badCertId, refusal(certConf(2, new byte[0], null, null)));
        assertEquals(FailInfo.badCertId, refusal(certConf(3, hash, sha512(), null)));
        assertEquals(
                FailInfo.badRequest,
                refusal(certConf(2, CertHash.of(fresh, "SHA-512"), sha512(), null)));
        assertTrue(service.confirmed.isEmpty());

        assertInstanceOf(
                CmpMessage.PkiConf.class,
                answer(certConf(3, CertHash.of(fresh, "SHA-512"), sha512(), null)));
        assertInstanceOf(CmpMessage.PkiConf.class, answer(certConf(2, hash, null, null)));
        assertEquals(List.of(id, id), service.confirmed);
    }

    @Test
    void the_holder_may_reject_the_certificate() {
        byte[] hash = CertHash.of(issued());

        assertInstanceOf(
                CmpMessage.PkiConf.class,
                answer(certConf(2, hash, null, new PKIStatusInfo(PKIStatus.rejection))));
        assertInstanceOf(
                CmpMessage.PkiConf.class,
                answer(
                        message(
                                2,
                                new PKIBody(
                                        PKIBody.TYPE_CERT_CONFIRM,
                                        CertConfirmContent.getInstance(new DERSequence())),
                                old,
                                header -> header)));

        assertTrue(service.confirmed.isEmpty());
        assertEquals(List.of(id, id), service.rejected);
    }

    @Test
    void a_stranger_can_neither_poll_nor_confirm() {
        byte[] hash = CertHash.of(issued());
        Certificate stranger =
                pki.issued(
                        keys.getPublic(),
                        new X500Principal("CN=另一人,C=TW"),
                        TestPki.usage(KeyUsage.digitalSignature));

        assertEquals(
                FailInfo.notAuthorized,
                refusal(message(2, CmpBodies.certConf(hash), stranger, header -> header)));
        assertEquals(
                FailInfo.notAuthorized,
                refusal(message(2, CmpBodies.pollReq(), stranger, header -> header)));
        assertTrue(service.confirmed.isEmpty());
    }

    @Test
    void what_is_not_issued_cannot_be_confirmed() {
        assertEquals(FailInfo.badRequest, refusal(certConf(2, new byte[32], null, null)));
        service.answer(new IssueOutcome.Waiting(Duration.ofMinutes(1)));
        assertInstanceOf(CmpMessage.Waiting.class, answer(kur()));
        assertEquals(FailInfo.badRequest, refusal(certConf(2, new byte[32], null, null)));
        assertTrue(service.confirmed.isEmpty());
    }

    @Test
    void a_failing_service_is_told_by_its_fail_info_and_nothing_else() {
        assertEquals(
                FailInfo.systemUnavail,
                failing(
                        new ProtocolException(
                                Problem.AUTHORITY_UNAVAILABLE, FailInfo.systemUnavail, "later")));
        assertEquals(FailInfo.systemFailure, failing(new IllegalStateException("secret")));
    }

    private FailInfo failing(RuntimeException failure) {
        IssuingUpdates broken =
                new IssuingUpdates(pki) {
                    @Override
                    public synchronized IssueOutcome update(UpdateRequest request) {
                        throw failure;
                    }
                };
        CmpEndpoint behind =
                new CmpEndpoint(broken, pki.ra, List.of(pki.issuing), pki.clock, pki.random);
        CmpMessage.Refusal refusal =
                assertInstanceOf(CmpMessage.Refusal.class, read(behind.answer(kur())));
        assertTrue(!refusal.text().contains("secret"));
        return refusal.reason();
    }

    private Certificate issued() {
        return assertInstanceOf(CmpMessage.Kup.class, answer(kur())).certificate();
    }

    private byte[] kur() {
        return kur(old);
    }

    private byte[] kur(Certificate certificate) {
        return message(
                2,
                CertRequests.kur(certificate, new PossessionKey.Signing(signer)),
                certificate,
                header -> header);
    }

    private byte[] sent(int pvno, UnaryOperator<PKIHeaderBuilder> change) {
        return message(pvno, CertRequests.kur(old, new PossessionKey.Signing(signer)), old, change);
    }

    private byte[] certConf(
            int pvno,
            byte[] hash,
            @Nullable AlgorithmIdentifier hashAlg,
            @Nullable PKIStatusInfo status) {
        ASN1Encodable each =
                hashAlg == null && status == null
                        ? new DERSequence(
                                new ASN1Encodable[] {new DEROctetString(hash), new ASN1Integer(0)})
                        : new CertStatus(hash, BigInteger.ZERO, status, hashAlg);
        return message(
                pvno,
                new PKIBody(
                        PKIBody.TYPE_CERT_CONFIRM,
                        CertConfirmContent.getInstance(new DERSequence(each))),
                old,
                header -> header);
    }

    private static AlgorithmIdentifier sha512() {
        return new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha512);
    }

    private byte[] protectedBy(List<Certificate> extraCerts) {
        return MessageProtection.protect(
                header(2),
                CertRequests.kur(old, new PossessionKey.Signing(signer)),
                signer,
                extraCerts);
    }

    private byte[] message(
            int pvno,
            PKIBody body,
            Certificate certificate,
            UnaryOperator<PKIHeaderBuilder> change) {
        return MessageProtection.protect(
                change.apply(header(pvno)), body, signer, List.of(certificate));
    }

    private PKIHeaderBuilder header(int pvno) {
        return new PKIHeaderBuilder(
                        pvno,
                        new GeneralName(CertRequests.name(old.subject())),
                        new GeneralName(CertRequests.name(pki.issuing.subject())))
                .setTransactionID(id.octets())
                .setSenderNonce(new byte[16]);
    }

    private FailInfo refusal(byte[] request) {
        return assertInstanceOf(CmpMessage.Refusal.class, answer(request)).reason();
    }

    /// Every answer, an error too, is signed by the registration authority.
    private CmpMessage answer(byte[] request) {
        return read(endpoint.answer(request));
    }

    private CmpMessage read(byte[] answer) {
        PKIMessage message = PKIMessage.getInstance(answer);
        byte[] part =
                ReceivedMessage.der(
                        new DERSequence(
                                new ASN1Encodable[] {message.getHeader(), message.getBody()}));
        assertTrue(
                MessageProtection.verifies(
                        message.getHeader().getProtectionAlg(),
                        pki.ra.certificate().publicKey(),
                        part,
                        message.getProtection().getOctets()));
        return CmpBodies.read(message.getBody());
    }

    /// The octets inside one more SEQUENCE.
    private static byte[] wrapped(byte[] content) {
        int length = content.length;
        int prefix = length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
        byte[] octets = new byte[prefix + length];
        octets[0] = 0x30;
        if (prefix == 2) {
            octets[1] = (byte) length;
        } else if (prefix == 3) {
            octets[1] = (byte) 0x81;
            octets[2] = (byte) length;
        } else {
            octets[1] = (byte) 0x82;
            octets[2] = (byte) (length >>> 8);
            octets[3] = (byte) length;
        }
        System.arraycopy(content, 0, octets, prefix, length);
        return octets;
    }
}
