// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.PublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.x509.KeyUsage;
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
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.http.BytesHandler;

final class CmpEndpointRefusalTest {
    private static final long SEED = 9483;

    private final HolderAtEndpoint holder = new HolderAtEndpoint();

    @Test
    void the_untouched_request_is_accepted() {
        assertInstanceOf(CmpMessage.Kup.class, holder.answer(holder.kur()));
    }

    @Test
    void a_changed_octet_of_the_protected_part_is_never_accepted() {
        byte[] request = holder.kur();
        int protectedEnd = ReceivedMessage.of(request).protectedPart().length;
        Random random = new Random(SEED);
        for (int i = 0; i < 400; i++) {
            byte[] changed = request.clone();
            int at = random.nextInt(protectedEnd);
            changed[at] ^= (byte) (1 << random.nextInt(8));

            assertInstanceOf(
                    CmpMessage.Refusal.class,
                    holder.answer(changed),
                    "seed " + SEED + ", octet " + at);
        }
        assertTrue(holder.service.requests.isEmpty());
    }

    @Test
    void garbage_is_answered_with_a_signed_error() {
        Random random = new Random(SEED);
        for (int length : new int[] {0, 1, 2, 3, 16, 100, 1000, 65_536}) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            assertEquals(FailInfo.badDataFormat, holder.refusal(garbage));
        }
        byte[] request = holder.kur();
        for (int length = 0; length < request.length; length += 7) {
            assertEquals(FailInfo.badDataFormat, holder.refusal(Arrays.copyOf(request, length)));
        }
        assertEquals(
                FailInfo.badDataFormat, holder.refusal(Arrays.copyOf(request, request.length + 1)));
        assertTrue(holder.service.requests.isEmpty());
    }

    @Test
    void deeply_nested_input_is_refused_wherever_it_hides() {
        byte[] content = new byte[0];
        for (int i = 0; i < 10_000; i++) {
            content = wrapped(content);
        }
        assertEquals(FailInfo.badDataFormat, holder.refusal(wrapped(content)));

        byte[] hidden = content;
        InfoTypeAndValue info =
                new InfoTypeAndValue(
                        CMPObjectIdentifiers.it_implicitConfirm, new DEROctetString(hidden));
        byte[] request = holder.sent(2, header -> header.setGeneralInfo(info));
        int at = 0;
        while (!Arrays.equals(request, at, at + 64, hidden, 0, 64)) {
            at++;
        }
        // OCTET STRING becomes SEQUENCE, and so the whole nest becomes part of the header.
        request[at - 4] = 0x30;

        assertEquals(FailInfo.badDataFormat, holder.refusal(request));
        assertTrue(holder.service.requests.isEmpty());
    }

    @Test
    void what_is_longer_than_allowed_is_refused_unread() {
        byte[] request = Arrays.copyOf(holder.kur(), ReceivedMessage.MAX_OCTETS + 1);
        CmpMessage.Refusal refusal =
                assertInstanceOf(CmpMessage.Refusal.class, holder.answer(request));
        assertEquals("message of 65537 octets, at most 65536", refusal.text());
    }

    @Test
    void over_http_only_post_is_answered_with_a_message() {
        BytesHandler.Answer got =
                holder.endpoint.handle(new BytesHandler.Request("GET", "", new byte[0]));
        assertEquals(405, got.status());

        BytesHandler.Answer posted =
                holder.endpoint.handle(
                        new BytesHandler.Request("POST", "/keyupdate", holder.kur()));
        assertEquals(200, posted.status());
        assertEquals("application/pkixcmp", posted.contentType());
        assertEquals(Map.of("Cache-Control", "no-store"), posted.headers());
    }

    @Test
    void a_header_must_be_whole_and_of_now() {
        assertEquals(FailInfo.unsupportedVersion, holder.refusal(holder.sent(1, header -> header)));
        assertEquals(FailInfo.unsupportedVersion, holder.refusal(holder.sent(4, header -> header)));
        for (int octets : new int[] {0, 8, 15, 17, 32}) {
            assertEquals(
                    FailInfo.badRequest,
                    holder.refusal(
                            holder.sent(2, header -> header.setTransactionID(new byte[octets]))));
        }
        assertEquals(
                FailInfo.badSenderNonce,
                holder.refusal(holder.sent(2, header -> header.setSenderNonce(new byte[15]))));
        for (int minutes : new int[] {-6, 6}) {
            assertEquals(
                    FailInfo.badTime,
                    holder.refusal(
                            holder.sent(
                                    2,
                                    header ->
                                            header.setMessageTime(
                                                    MessageTime.of(
                                                            holder.pki
                                                                    .clock
                                                                    .instant()
                                                                    .plus(
                                                                            Duration.ofMinutes(
                                                                                    minutes)))))));
        }
        for (int minutes : new int[] {-4, 4}) {
            assertInstanceOf(
                    CmpMessage.Kup.class,
                    holder.answer(
                            holder.sent(
                                    2,
                                    header ->
                                            header.setMessageTime(
                                                    MessageTime.of(
                                                            holder.pki
                                                                    .clock
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
                                holder.endpoint.answer(
                                        holder.sent(pvno, given -> given.setSenderNonce(nonce))))
                        .getHeader();

        assertTrue(header.getPvno().hasValue(pvno));
        assertArrayEquals(holder.id.octets(), header.getTransactionID().getOctets());
        assertArrayEquals(nonce, header.getRecipNonce().getOctets());
        assertEquals(16, header.getSenderNonce().getOctets().length);
        assertArrayEquals(
                Arrays.copyOf(holder.pki.ra.certificate().publicKey().getEncoded(), 20),
                header.getSenderKID().getOctets());
    }

    @Test
    void a_signer_must_be_issued_by_a_trusted_authority_and_be_allowed_to_sign() {
        TestPki foreign = TestPki.atFixedTime();
        Certificate forged = foreign.signing(holder.keys.getPublic());
        Certificate enciphering = holder.pki.enciphering(holder.keys.getPublic());

        assertEquals(FailInfo.signerNotTrusted, holder.refusal(holder.kur(forged)));
        assertEquals(FailInfo.signerNotTrusted, holder.refusal(holder.kur(enciphering)));
        assertEquals(
                FailInfo.badMessageCheck,
                holder.refusal(holder.protectedBy(List.of(holder.pki.ra.certificate()))));
        assertEquals(FailInfo.badMessageCheck, holder.refusal(holder.protectedBy(List.of())));
        assertInstanceOf(
                CmpMessage.Kup.class,
                holder.answer(
                        holder.protectedBy(List.of(holder.pki.ra.certificate(), holder.old))));
    }

    @Test
    void an_unprotected_request_is_refused() {
        PKIMessage message = PKIMessage.getInstance(holder.kur());
        PKIMessage bare = new PKIMessage(message.getHeader(), message.getBody());
        assertEquals(FailInfo.badMessageCheck, holder.refusal(ReceivedMessage.der(bare)));
    }

    @Test
    void another_holder_s_certificate_cannot_be_asked_for() {
        Certificate other =
                holder.pki.issued(
                        holder.keys.getPublic(),
                        new X500Principal("CN=另一人,C=TW"),
                        TestPki.usage(KeyUsage.digitalSignature));
        PKIBody body = CertRequests.kur(holder.old, new PossessionKey.Signing(holder.signer));
        assertEquals(
                FailInfo.notAuthorized,
                holder.refusal(holder.message(2, body, other, header -> header)));
    }

    @Test
    void a_signature_by_another_key_does_not_prove_possession() {
        Signer stranger = new SoftwareSigner(SoftwareKeys.p256(holder.pki.random));
        Signer liar =
                new Signer() {
                    @Override
                    public SignatureAlgorithm algorithm() {
                        return stranger.algorithm();
                    }

                    @Override
                    public PublicKey publicKey() {
                        return holder.keys.getPublic();
                    }

                    @Override
                    public byte[] sign(byte[] message) {
                        return stranger.sign(message);
                    }
                };
        PKIBody body = CertRequests.kur(holder.old, new PossessionKey.Signing(liar));
        assertEquals(
                FailInfo.badPOP,
                holder.refusal(holder.message(2, body, holder.old, header -> header)));
    }

    @Test
    void an_encrypted_certificate_takes_version_three_and_another_key_than_the_signer_s() {
        PossessionKey own = new PossessionKey.Enciphering(SoftwareKeys.decipherer(holder.keys));
        PossessionKey other =
                new PossessionKey.Enciphering(
                        SoftwareKeys.decipherer(SoftwareKeys.p256(holder.pki.random)));
        assertEquals(
                FailInfo.badPOP,
                holder.refusal(
                        holder.message(
                                3,
                                CertRequests.kur(holder.old, own),
                                holder.old,
                                header -> header)));
        assertEquals(
                FailInfo.unsupportedVersion,
                holder.refusal(
                        holder.message(
                                2,
                                CertRequests.kur(holder.old, other),
                                holder.old,
                                header -> header)));
    }

    @Test
    void what_is_not_a_request_is_refused() {
        for (PKIBody body :
                List.of(
                        CmpBodies.pkiConf(),
                        CmpBodies.rep(RequestKind.KUR, holder.old),
                        CmpBodies.repWaiting(RequestKind.KUR),
                        CmpBodies.pollRep(RequestKind.KUR, Duration.ofMinutes(1)),
                        CmpBodies.error(FailInfo.badAlg, "x"),
                        new PKIBody(PKIBody.TYPE_GEN_MSG, new DERSequence()))) {
            assertEquals(
                    FailInfo.badRequest,
                    holder.refusal(holder.message(2, body, holder.old, header -> header)));
        }
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
                new IssuingUpdates(holder.pki) {
                    @Override
                    public synchronized IssueOutcome update(UpdateRequest request) {
                        throw failure;
                    }
                };
        CmpEndpoint behind =
                new CmpEndpoint(
                        broken,
                        holder.pki.ra,
                        List.of(holder.pki.issuing),
                        holder.pki.clock,
                        holder.pki.random);
        CmpMessage.Refusal refusal =
                assertInstanceOf(
                        CmpMessage.Refusal.class, holder.read(behind.answer(holder.kur())));
        assertTrue(!refusal.text().contains("secret"));
        return refusal.reason();
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
