// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.SoftwareSigner;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.cmp.CmpClient.Protection.BySignature;
import perennial.protocol.cmp.CmpClient.Update;

final class CmpRenewalTest {
    private final TestPki pki = TestPki.atFixedTime();
    private final IssuingUpdates service = new IssuingUpdates(pki);
    private final CmpEndpoint endpoint =
            new CmpEndpoint(service, pki.ra, List.of(pki.issuing), pki.clock, pki.random);
    private final List<PKIBody> answers = new ArrayList<>();
    private final CmpClient client =
            new CmpClient(this::recorded, List.of(pki.root), pki.clock, pki.random);
    private final RenewalId id = RenewalId.random(pki.random);

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void a_signing_key_gets_its_certificate_and_confirms_it(String kind) {
        Update update = signing(keys(kind));

        Certificate fresh = accepted(client.update(id, update));
        client.confirm(id, fresh, by(update, fresh));

        assertEquals(update.old().publicKey(), fresh.publicKey());
        assertEquals(update.old().id(), service.requests.getFirst().old());
        assertEquals(ProofOfPossession.SIGNATURE, service.requests.getFirst().proof());
        assertEquals(update.old(), service.requests.getFirst().protectedBy());
        assertEquals(List.of(id), service.confirmed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void a_key_that_must_not_sign_gets_its_certificate_encrypted_and_confirms_it(String kind) {
        Update update = enciphering(keys(kind));

        Certificate fresh = accepted(client.update(id, update));
        client.confirm(id, fresh, update.protection());

        assertEquals(update.old().publicKey(), fresh.publicKey());
        assertEquals(ProofOfPossession.ENCRYPTED_CERTIFICATE, service.requests.getFirst().proof());
        assertInstanceOf(CmpMessage.EncryptedKup.class, CmpBodies.read(answers.getFirst()));
        assertEquals(List.of(id), service.confirmed);
    }

    @Test
    void a_repeated_request_gets_the_same_certificate_also_by_another_client() {
        Update update = signing(keys("EC"));
        CmpClient restarted =
                new CmpClient(endpoint::answer, List.of(pki.root), pki.clock, pki.random);

        Certificate first = accepted(client.update(id, update));
        Certificate second = accepted(client.update(id, update));
        Certificate third = accepted(restarted.update(id, update));
        client.confirm(id, first, update.protection());
        client.confirm(id, first, update.protection());
        restarted.confirm(id, first, by(update, first));

        assertEquals(first, second);
        assertEquals(first, third);
        assertEquals(List.of(id, id, id), service.confirmed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waiting_is_told_with_its_time_and_ends_in_the_certificate(boolean signs) {
        Update update = signs ? signing(keys("EC")) : enciphering(keys("EC"));
        service.answer(new IssueOutcome.Waiting(Duration.ofMinutes(7)));

        IssueOutcome first = client.update(id, update);
        IssueOutcome second = client.poll(id, update);
        service.approve();
        Certificate fresh = accepted(client.poll(id, update));
        client.confirm(id, fresh, update.protection());

        assertEquals(new IssueOutcome.Waiting(Duration.ofMinutes(7)), first);
        assertEquals(new IssueOutcome.Waiting(Duration.ofMinutes(7)), second);
        assertEquals(update.old().publicKey(), fresh.publicKey());
        assertEquals(List.of(id), service.confirmed);
        assertEquals(
                signs ? CmpMessage.Kup.class : CmpMessage.EncryptedKup.class,
                CmpBodies.read(answers.get(answers.size() - 2)).getClass());
    }

    @Test
    void a_rejection_carries_its_reason_also_when_it_comes_after_waiting() {
        Update update = signing(keys("EC"));
        for (FailInfo reason : FailInfo.values()) {
            IssueOutcome rejection = new IssueOutcome.Rejection(reason, "because of " + reason);
            service.answer(rejection);
            RenewalId each = RenewalId.random(pki.random);

            assertEquals(rejection, client.update(each, update));
            assertEquals(rejection, client.poll(each, update));
        }
        assertTrue(service.confirmed.isEmpty());
    }

    @Test
    void a_poll_for_nothing_is_refused() {
        assertEquals(
                new IssueOutcome.Rejection(FailInfo.badRequest, "no update has this transactionID"),
                client.poll(id, signing(keys("EC"))));
    }

    @Test
    void a_confirmation_that_is_refused_is_not_taken_for_one() {
        Update update = signing(keys("EC"));
        accepted(client.update(id, update));

        ProtocolException refused =
                assertThrows(
                        ProtocolException.class,
                        () -> client.confirm(id, update.old(), update.protection()));

        assertEquals(FailInfo.badCertId, refused.failInfo());
        assertTrue(service.confirmed.isEmpty());
    }

    @Test
    void another_key_under_the_same_transaction_is_refused() {
        Update update = signing(keys("EC"));
        accepted(client.update(id, update));
        KeyPair other = SoftwareKeys.p256(pki.random);

        IssueOutcome second =
                client.update(
                        id,
                        new Update(
                                update.old(),
                                new PossessionKey.Signing(new SoftwareSigner(other)),
                                update.protection()));

        assertEquals(
                FailInfo.transactionIdInUse,
                assertInstanceOf(IssueOutcome.Rejection.class, second).reason());
    }

    @Test
    void a_signing_key_cannot_be_certified_on_the_promise_of_an_encrypted_certificate() {
        Update update = signing(keys("EC"));
        KeyPair foreign = SoftwareKeys.p256(pki.random);

        IssueOutcome outcome =
                client.update(
                        id,
                        new Update(
                                update.old(),
                                new PossessionKey.Enciphering(SoftwareKeys.decipherer(foreign)),
                                update.protection()));

        assertEquals(
                FailInfo.badPOP, assertInstanceOf(IssueOutcome.Rejection.class, outcome).reason());
        assertEquals(List.of(id), service.rejected);
    }

    private byte[] recorded(byte[] request) {
        byte[] answer = endpoint.answer(request);
        answers.add(PKIMessage.getInstance(answer).getBody());
        return answer;
    }

    private KeyPair keys(String kind) {
        return kind.equals("RSA") ? TestPki.RSA_KEYS : SoftwareKeys.p256(pki.random);
    }

    private Update signing(KeyPair keys) {
        SoftwareSigner signer = new SoftwareSigner(keys);
        Certificate old = pki.signing(keys.getPublic());
        service.knows(old);
        return new Update(old, new PossessionKey.Signing(signer), new BySignature(signer, old));
    }

    private Update enciphering(KeyPair keys) {
        KeyPair signing = SoftwareKeys.p256(pki.random);
        Certificate old = pki.enciphering(keys.getPublic());
        service.knows(old);
        return new Update(
                old,
                new PossessionKey.Enciphering(SoftwareKeys.decipherer(keys)),
                new BySignature(new SoftwareSigner(signing), pki.signing(signing.getPublic())));
    }

    /// The same signer with another certificate of its key.
    private static BySignature by(Update update, Certificate certificate) {
        return new BySignature(
                assertInstanceOf(BySignature.class, update.protection()).signer(), certificate);
    }

    private static Certificate accepted(IssueOutcome outcome) {
        return assertInstanceOf(IssueOutcome.Accepted.class, outcome).certificate();
    }
}
