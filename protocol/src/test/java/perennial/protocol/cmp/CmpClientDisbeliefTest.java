// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SoftwareSigner;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.cmp.CmpClient.Protection.BySignature;
import perennial.protocol.cmp.CmpClient.Update;
import perennial.protocol.http.MessageExchange;

final class CmpClientDisbeliefTest {
    private static final long SEED = 9810;

    private final TestPki pki = TestPki.atFixedTime();
    private final IssuingUpdates service = new IssuingUpdates(pki);
    private final CmpEndpoint endpoint = endpoint(pki.ra);
    private final KeyPair keys = SoftwareKeys.p256(pki.random);
    private final SoftwareSigner signer = new SoftwareSigner(keys);
    private final Certificate old = pki.signing(keys.getPublic());
    private final Update update =
            new Update(old, new PossessionKey.Signing(signer), new BySignature(signer, old));
    private final RenewalId id = RenewalId.random(pki.random);

    @Test
    void a_changed_octet_of_the_answer_s_protected_part_is_never_accepted() {
        Random random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            disbelieved(request -> {
                byte[] answer = endpoint.answer(request);
                int end = ReceivedMessage.of(answer).protectedPart().length;
                answer[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
                return answer;
            });
        }
    }

    @Test
    void garbage_is_not_an_answer() {
        Random random = new Random(SEED);
        for (int length : new int[] {0, 1, 100, 70_000}) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            assertEquals(FailInfo.badDataFormat, disbelieved(request -> garbage));
        }
        assertEquals(
                FailInfo.badRequest,
                disbelieved(request -> answerTo(request, CmpBodies.pkiConf())));
        assertEquals(FailInfo.signerNotTrusted, disbelieved(request -> request));
    }

    @Test
    void only_the_authority_or_a_registration_authority_of_its_tree_is_believed() {
        assertEquals(
                FailInfo.signerNotTrusted, disbelieved(endpoint(TestPki.atFixedTime().ra)::answer));
        // The holder's own certificate chains to the anchor, and is still no authority.
        assertEquals(
                FailInfo.signerNotTrusted,
                disbelieved(endpoint(new Credential(signer, old, List.of(pki.issuing)))::answer));
        // Without the issuing authority's certificate there is no chain.
        assertEquals(
                FailInfo.signerNotTrusted,
                disbelieved(
                        endpoint(new Credential(pki.ra.signer(), pki.ra.certificate(), List.of()))
                                ::answer));
        assertInstanceOf(
                IssueOutcome.Accepted.class,
                client(endpoint(pki.issuingCredential())::answer).update(id, update));
    }

    @Test
    void an_expired_registration_authority_is_not_believed() {
        Clock later = Clock.offset(pki.clock, Duration.ofDays(301));
        CmpClient client = new CmpClient(endpoint::answer, List.of(pki.root), later, pki.random);
        assertEquals(
                FailInfo.signerNotTrusted,
                assertThrows(ProtocolException.class, () -> client.update(id, update)).failInfo());
    }

    @Test
    void an_answer_to_another_transaction_or_another_message_is_not_believed() {
        CmpClient other = client(endpoint::answer);
        byte[][] recorded = new byte[1][];
        CmpClient recording =
                client(request -> {
                    recorded[0] = endpoint.answer(request);
                    return recorded[0];
                });

        recording.update(RenewalId.random(pki.random), update);
        assertEquals(FailInfo.badRequest, disbelieved(request -> recorded[0]));

        recording.update(id, update);
        assertEquals(FailInfo.badRecipientNonce, disbelieved(request -> recorded[0]));
        assertInstanceOf(IssueOutcome.Accepted.class, other.update(id, update));
    }

    @Test
    void a_certificate_of_another_key_or_subject_is_not_taken() {
        KeyPair foreign = SoftwareKeys.p256(pki.random);
        assertEquals(FailInfo.badCertTemplate, answered(pki.signing(foreign.getPublic())));
        assertEquals(
                FailInfo.badCertTemplate,
                answered(
                        pki.issued(
                                keys.getPublic(),
                                new X500Principal("CN=另一人,C=TW"),
                                TestPki.usage(KeyUsage.digitalSignature))));
    }

    @Test
    void a_certificate_encrypted_for_another_key_is_not_taken() {
        for (KeyPair own : List.of(TestPki.RSA_KEYS, SoftwareKeys.p256(pki.random))) {
            Certificate certificate = pki.enciphering(own.getPublic());
            KeyPair another =
                    own == TestPki.RSA_KEYS
                            ? SoftwareKeys.rsa(pki.random)
                            : SoftwareKeys.p256(pki.random);
            InvalidMessageException refused =
                    assertThrows(
                            InvalidMessageException.class,
                            () ->
                                    EncryptedCertificate.decrypted(
                                            EncryptedCertificate.of(certificate, pki.random),
                                            SoftwareKeys.decipherer(another)));
            assertEquals(FailInfo.badPOP, refused.failInfo());
        }
    }

    @Test
    void a_confirmation_is_done_only_by_pki_conf() {
        Certificate fresh =
                assertInstanceOf(
                                IssueOutcome.Accepted.class,
                                client(endpoint::answer).update(id, update))
                        .certificate();
        MessageExchange waiting =
                request -> answerTo(request, CmpBodies.repWaiting(RequestKind.KUR));

        ProtocolException unconfirmed =
                assertThrows(
                        ProtocolException.class,
                        () -> client(waiting).confirm(id, fresh, update.protection()));

        assertEquals(Problem.RA_ANSWER_INVALID, unconfirmed.problem());
    }

    private FailInfo answered(Certificate certificate) {
        return disbelieved(
                request -> answerTo(request, CmpBodies.rep(RequestKind.KUR, certificate)));
    }

    private byte[] answerTo(byte[] request, PKIBody body) {
        ReceivedMessage received = ReceivedMessage.of(request);
        return MessageProtection.protect(
                new PKIHeaderBuilder(
                                2, received.header().getRecipient(), received.header().getSender())
                        .setTransactionID(received.id().octets())
                        .setSenderNonce(new byte[16])
                        .setRecipNonce(received.senderNonce()),
                body,
                pki.ra.signer(),
                List.of(pki.ra.certificate(), pki.issuing));
    }

    private FailInfo disbelieved(MessageExchange exchange) {
        ProtocolException e =
                assertThrows(ProtocolException.class, () -> client(exchange).update(id, update));
        assertEquals(Problem.RA_ANSWER_INVALID, e.problem());
        return e.failInfo();
    }

    private CmpClient client(MessageExchange exchange) {
        return new CmpClient(exchange, List.of(pki.root), pki.clock, pki.random);
    }

    private CmpEndpoint endpoint(Credential credential) {
        return new CmpEndpoint(service, credential, List.of(pki.issuing), pki.clock, pki.random);
    }
}
