// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SoftwareSigner;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.cmp.CmpClient.Protection.ByPermission;
import perennial.protocol.cmp.CmpClient.Protection.BySignature;
import perennial.protocol.cmp.CmpClient.Update;

/// Permission to overwrite a key, and what may be said under it.
final class CmpPermissionTest {
    private final TestPki pki = TestPki.atFixedTime();
    private final IssuingUpdates service = new IssuingUpdates(pki);
    private final CmpEndpoint endpoint =
            new CmpEndpoint(service, pki.ra, List.of(pki.issuing), pki.clock, pki.random);
    private final List<byte[]> requests = new ArrayList<>();
    private final List<byte[]> answers = new ArrayList<>();
    private final CmpClient client =
            new CmpClient(this::recorded, List.of(pki.root), pki.clock, pki.random);
    private final RenewalId id = RenewalId.random(pki.random);
    private final KeyPair oldKeys = SoftwareKeys.p256(pki.random);
    private final Certificate old = pki.signing(oldKeys.getPublic());
    private final BySignature signature = new BySignature(new SoftwareSigner(oldKeys), old);

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void after_permission_the_old_key_is_not_needed_any_more(String kind) {
        service.knows(old);
        KeyPair fresh = keys(kind);
        Update update = update(granted(), fresh);

        Certificate certificate = accepted(client.update(id, update));
        client.confirm(id, certificate, update.protection());

        assertEquals(fresh.getPublic(), certificate.publicKey());
        assertEquals(old, service.requests.getFirst().protectedBy());
        assertEquals(old.id(), service.requests.getFirst().old());
        assertEquals(List.of(id), service.confirmed);
        assertEquals(
                List.of(PKIBody.TYPE_GEN_REP, PKIBody.TYPE_INIT_REP, PKIBody.TYPE_CONFIRM),
                answers.stream().map(a -> PKIMessage.getInstance(a).getBody().getType()).toList());
        for (byte[] answer : answers.subList(1, 3)) {
            assertEquals(
                    PKCSObjectIdentifiers.id_PBMAC1,
                    PKIMessage.getInstance(answer).getHeader().getProtectionAlg().getAlgorithm());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void a_new_key_that_must_not_sign_is_proven_by_its_encrypted_certificate(String kind) {
        KeyPair fresh = keys(kind);
        service.knows(pki.enciphering(SoftwareKeys.p256(pki.random).getPublic()));
        service.issuesForEncryption = true;
        ReKeyPermission permission = granted();
        Update update =
                new Update(
                        old,
                        new PossessionKey.Enciphering(SoftwareKeys.decipherer(fresh)),
                        new ByPermission(permission));

        Certificate certificate = accepted(client.update(id, update));
        client.confirm(id, certificate, update.protection());

        assertEquals(fresh.getPublic(), certificate.publicKey());
        assertEquals(ProofOfPossession.ENCRYPTED_CERTIFICATE, service.requests.getFirst().proof());
        assertInstanceOf(CmpMessage.EncryptedKup.class, message(answers.get(1)));
        assertEquals(List.of(id), service.confirmed);
    }

    @Test
    void waiting_is_polled_under_the_permission_also_for_whatever_key_it_is() {
        service.answer(new IssueOutcome.Waiting(Duration.ofMinutes(7)));
        KeyPair fresh = keys("EC");
        Update update = update(granted(), fresh);

        assertEquals(new IssueOutcome.Waiting(Duration.ofMinutes(7)), client.update(id, update));
        assertEquals(
                new IssueOutcome.Waiting(Duration.ofMinutes(7)),
                client.issued(id, old, update.protection()));
        service.approve();

        Certificate certificate = accepted(client.issued(id, old, update.protection()));
        assertEquals(fresh.getPublic(), certificate.publicKey());
        assertEquals(certificate, accepted(client.poll(id, update)));
        assertEquals(certificate, accepted(client.issued(id, old, signature)), "also signed for");
    }

    @Test
    void permission_is_granted_awaited_or_refused() {
        for (PermissionOutcome told :
                List.of(
                        new PermissionOutcome.Waiting(Duration.ofMinutes(3)),
                        new PermissionOutcome.Refused(FailInfo.unacceptedPolicy, "R00 no"))) {
            service.permissionOutcome = Optional.of(told);
            assertEquals(told, client.permission(id, old, signature));
        }
        service.permissionOutcome = Optional.empty();
        try (ReKeyPermission first = granted();
                ReKeyPermission second = granted();
                ReKeyPermission expected = IssuingUpdates.permissionFor(id)) {
            assertArrayEquals(expected.secret(), first.secret());
            assertArrayEquals(expected.reference(), first.reference());
            assertArrayEquals(first.secret(), second.secret());
        }
    }

    @Test
    void only_the_key_itself_may_be_given_up() {
        KeyPair others = SoftwareKeys.p256(pki.random);
        BySignature other =
                new BySignature(new SoftwareSigner(others), pki.signing(others.getPublic()));

        assertEquals(
                FailInfo.notAuthorized,
                assertInstanceOf(PermissionOutcome.Refused.class, client.permission(id, old, other))
                        .reason());
    }

    @Test
    void another_secret_is_refused_signed_and_nothing_is_asked() {
        granted();
        ReKeyPermission wrong =
                new ReKeyPermission(IssuingUpdates.permissionFor(id).reference(), new byte[32]);

        IssueOutcome outcome = client.update(id, update(wrong, keys("EC")));

        assertEquals(FailInfo.badMessageCheck, rejection(outcome).reason());
        assertTrue(service.requests.isEmpty());
        assertTrue(PKIMessage.getInstance(answers.getLast()).getExtraCerts().length > 0, "signed");
    }

    @Test
    void an_unknown_reference_and_another_update_s_transaction_are_refused() {
        ReKeyPermission permission = granted();
        ReKeyPermission unknown = IssuingUpdates.permissionFor(RenewalId.random(pki.random));
        RenewalId other = RenewalId.random(pki.random);
        client.permission(other, old, signature);

        assertEquals(
                FailInfo.signerNotTrusted,
                rejection(client.update(id, update(unknown, keys("EC")))).reason());
        assertEquals(
                FailInfo.signerNotTrusted,
                rejection(client.update(other, update(permission, keys("EC")))).reason());
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void a_permission_is_not_for_another_certificate_or_another_subject() {
        ReKeyPermission permission = granted();
        KeyPair fresh = keys("EC");
        Certificate second = pki.signing(SoftwareKeys.p256(pki.random).getPublic());
        Certificate stranger =
                pki.issued(oldKeys.getPublic(), new X500Principal("CN=someone else"));
        for (Certificate wrong : List.of(second, stranger)) {
            Update update =
                    new Update(
                            wrong,
                            new PossessionKey.Signing(new SoftwareSigner(fresh)),
                            new ByPermission(permission));
            assertEquals(FailInfo.notAuthorized, rejection(client.update(id, update)).reason());
        }
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void an_ir_that_is_signed_and_a_kur_or_a_question_under_permission_are_refused() {
        ReKeyPermission permission = granted();
        PossessionKey key = new PossessionKey.Signing(new SoftwareSigner(keys("EC")));

        byte[] ir =
                MessageProtection.protect(
                        header(), CertRequests.ir(old, key), signature.signer(), List.of(old));
        assertEquals(FailInfo.notAuthorized, refusal(endpoint.answer(ir)));
        for (PKIBody body :
                List.of(
                        CertRequests.kur(old, key),
                        GeneralMessages.termsReq(List.of(old.id())),
                        GeneralMessages.permissionReq(old.id()),
                        CmpBodies.pkiConf())) {
            byte[] request =
                    MacProtection.protect(header(), body, SharedSecret.of(permission), pki.random);
            assertEquals(FailInfo.notAuthorized, refusal(endpoint.answer(request)));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> client.terms(List.of(old), new ByPermission(permission)));
    }

    @Test
    void every_changed_octet_under_a_permission_is_noticed_by_both_sides() {
        ReKeyPermission permission = granted();
        Update update = update(permission, keys("EC"));
        Certificate certificate = accepted(client.update(id, update));
        byte[] request = requests.getLast();
        byte[] answer = answers.getLast();
        int asked = service.requests.size();

        for (int i = 0; i < request.length; i += 3) {
            byte[] changed = request.clone();
            changed[i] ^= 1;
            assertInstanceOf(
                    CmpMessage.Refusal.class, message(endpoint.answer(changed)), "octet " + i);
        }
        assertEquals(asked, service.requests.size());
        CmpClient deceived =
                new CmpClient(
                        ignored -> {
                            byte[] changed = answer.clone();
                            changed[changed.length / 2] ^= 1;
                            return changed;
                        },
                        List.of(pki.root),
                        pki.clock,
                        pki.random);
        assertThrows(ProtocolException.class, () -> deceived.update(id, update));
        assertEquals(update.key().publicKey(), certificate.publicKey());
    }

    @Test
    void an_answer_under_another_secret_is_not_believed() {
        ReKeyPermission permission = granted();
        ReKeyPermission others = new ReKeyPermission(permission.reference().clone(), new byte[32]);
        CmpClient deceived =
                new CmpClient(
                        request -> {
                            var header = PKIMessage.getInstance(request).getHeader();
                            return MacProtection.protect(
                                    new PKIHeaderBuilder(
                                                    2, header.getRecipient(), header.getSender())
                                            .setTransactionID(header.getTransactionID())
                                            .setSenderNonce(new byte[16])
                                            .setRecipNonce(header.getSenderNonce()),
                                    CmpBodies.pkiConf(),
                                    SharedSecret.of(others),
                                    pki.random);
                        },
                        List.of(pki.root),
                        pki.clock,
                        pki.random);

        ProtocolException disbelieved =
                assertThrows(
                        ProtocolException.class,
                        () -> deceived.confirm(id, old, new ByPermission(permission)));
        assertEquals(Problem.RA_ANSWER_INVALID, disbelieved.problem());
        assertEquals(FailInfo.badMessageCheck, disbelieved.failInfo());
    }

    @Test
    void a_confirmation_whose_permission_has_ended_with_it_is_acknowledged_by_signature() {
        ReKeyPermission permission = granted();
        Update update = update(permission, keys("EC"));
        Certificate certificate = accepted(client.update(id, update));
        service.ended =
                Optional.of(
                        new ProtocolException(
                                Problem.REQUEST_INVALID, FailInfo.certConfirmed, "over"));

        client.confirm(id, certificate, update.protection());

        service.ended =
                Optional.of(
                        new ProtocolException(Problem.RA_REFUSED, FailInfo.incorrectData, "R00"));
        assertEquals(
                new IssueOutcome.Rejection(FailInfo.incorrectData, "R00"), client.poll(id, update));
        assertThrows(
                ProtocolException.class,
                () -> client.confirm(id, certificate, update.protection()));
    }

    @Test
    void the_secret_is_in_no_message_but_the_answer_that_brings_it() {
        ReKeyPermission permission = granted();
        Update update = update(permission, keys("EC"));
        client.confirm(id, accepted(client.update(id, update)), update.protection());

        String secret = new String(permission.secret(), StandardCharsets.ISO_8859_1);
        assertTrue(text(answers.getFirst()).contains(secret));
        for (byte[] message : answers.subList(1, answers.size())) {
            assertFalse(text(message).contains(secret));
        }
        for (byte[] message : requests) {
            assertFalse(text(message).contains(secret));
        }
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.ISO_8859_1);
    }

    private ReKeyPermission granted() {
        return assertInstanceOf(
                        PermissionOutcome.Granted.class, client.permission(id, old, signature))
                .permission();
    }

    private Update update(ReKeyPermission permission, KeyPair fresh) {
        return new Update(
                old,
                new PossessionKey.Signing(new SoftwareSigner(fresh)),
                new ByPermission(permission));
    }

    private PKIHeaderBuilder header() {
        return new PKIHeaderBuilder(
                        2,
                        new GeneralName(CertRequests.name(old.subject())),
                        new GeneralName(CertRequests.name(pki.issuing.subject())))
                .setTransactionID(id.octets())
                .setSenderNonce(new byte[16]);
    }

    private KeyPair keys(String kind) {
        Supplier<KeyPair> made = () -> SoftwareKeys.p256(pki.random);
        return kind.equals("RSA") ? TestPki.RSA_KEYS : made.get();
    }

    private byte[] recorded(byte[] request) {
        byte[] answer = endpoint.answer(request);
        requests.add(request);
        answers.add(answer);
        return answer;
    }

    private static FailInfo refusal(byte[] answer) {
        return assertInstanceOf(CmpMessage.Refusal.class, message(answer)).reason();
    }

    private static CmpMessage message(byte[] answer) {
        return CmpBodies.read(PKIMessage.getInstance(answer).getBody());
    }

    private static IssueOutcome.Rejection rejection(IssueOutcome outcome) {
        return assertInstanceOf(IssueOutcome.Rejection.class, outcome, outcome.toString());
    }

    private static Certificate accepted(IssueOutcome outcome) {
        return assertInstanceOf(IssueOutcome.Accepted.class, outcome, outcome.toString())
                .certificate();
    }
}
