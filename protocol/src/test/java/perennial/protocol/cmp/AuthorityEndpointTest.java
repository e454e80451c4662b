// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CertReqTemplateContent;
import org.bouncycastle.asn1.cmp.GenRepContent;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.RootCaKeyUpdateContent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.RevocationReason;
import perennial.core.renewal.RenewalId;
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.http.BytesHandler;

/// The authority's endpoint and what hostile and careless clients send it.
final class AuthorityEndpointTest {
    /// Of each kind of message; reading alone is tried with ten times as many.
    private static final int MUTATIONS = Integer.getInteger("perennial.mutations", 200);

    private static final Logger LOG = Logger.getLogger(ServerMessages.class.getName());

    private final TestPki pki = TestPki.atFixedTime();
    private final EnrollingService service = new EnrollingService(pki);
    private final AuthorityEndpoint endpoint =
            new AuthorityEndpoint(service, service, () -> pki.ra, pki.clock, pki.random);
    private final AuthorityMessages messages = new AuthorityMessages(pki);
    private final Broken broken = new Broken();

    /// Catches what the endpoint calls its own failure.
    private static final class Broken extends Handler {
        private int count;

        @Override
        public void publish(LogRecord record) {
            count++;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void watch() {
        LOG.addHandler(broken);
    }

    @AfterEach
    void unwatch() {
        LOG.removeHandler(broken);
    }

    private byte[] sent(byte[] message) {
        return endpoint.answer(message, Optional.empty());
    }

    private static int type(byte[] answer) {
        return PKIMessage.getInstance(answer).getBody().getType();
    }

    private FailInfo refusal(byte[] message) {
        return assertInstanceOf(
                        CmpMessage.Refusal.class,
                        CmpBodies.read(PKIMessage.getInstance(sent(message)).getBody()))
                .reason();
    }

    @Test
    void each_kind_of_message_has_its_kind_of_answer() {
        Map<String, Integer> types =
                Map.ofEntries(
                        Map.entry("ir", PKIBody.TYPE_INIT_REP),
                        Map.entry("cr", PKIBody.TYPE_CERT_REP),
                        Map.entry("p10cr", PKIBody.TYPE_CERT_REP),
                        Map.entry("kur", PKIBody.TYPE_KEY_UPDATE_REP),
                        Map.entry("certConf", PKIBody.TYPE_ERROR), // of another certificate
                        Map.entry("pollReq", PKIBody.TYPE_KEY_UPDATE_REP),
                        Map.entry("rr", PKIBody.TYPE_REVOCATION_REP),
                        Map.entry("genm caCerts", PKIBody.TYPE_GEN_REP),
                        Map.entry("genm rootCaCert", PKIBody.TYPE_GEN_REP),
                        Map.entry("genm certReqTemplate", PKIBody.TYPE_GEN_REP),
                        Map.entry("genm crlStatusList", PKIBody.TYPE_GEN_REP),
                        Map.entry("genm currentCRL", PKIBody.TYPE_GEN_REP),
                        Map.entry("genm status", PKIBody.TYPE_GEN_REP),
                        Map.entry("nested", PKIBody.TYPE_KEY_UPDATE_REP),
                        Map.entry("batch", PKIBody.TYPE_NESTED));

        messages.all()
                .forEach((name, message) ->
                        assertEquals(types.get(name), type(sent(message)), name));

        assertEquals(RevocationReason.KEY_COMPROMISE, service.revocations.getFirst().reason());
        assertEquals(Optional.of("holder"), service.requests.getFirst().profile());
        assertEquals(0, broken.count);
    }

    @Test
    void implicit_confirmation_is_in_the_answer_where_it_is_granted() {
        assertTrue(
                HeaderFields.asksForImplicitConfirm(
                        PKIMessage.getInstance(sent(messages.named("kur"))).getHeader()));
        service.endings.put(new RenewalId(new UUID(0, 4)), Enrolment.Ending.OPEN);
        assertFalse(
                HeaderFields.asksForImplicitConfirm(
                        PKIMessage.getInstance(sent(messages.named("kur"))).getHeader()));
    }

    @Test
    void what_waits_is_polled_by_whoever_asked() {
        service.pollsUntilIssued = 2;
        assertInstanceOf(
                CmpMessage.Waiting.class,
                CmpBodies.read(PKIMessage.getInstance(sent(messages.named("kur"))).getBody()));
        assertEquals(PKIBody.TYPE_POLL_REP, type(sent(messages.named("pollReq"))));
        assertEquals(PKIBody.TYPE_KEY_UPDATE_REP, type(sent(messages.named("pollReq"))));
        assertEquals(FailInfo.badRequest, refusal(messages.byRa(4, CmpBodies.pollReq())));
    }

    @Test
    void support_messages_say_what_the_authority_says() {
        assertEquals(
                pki.root.der().length,
                ReceivedMessage.der(
                                RootCaKeyUpdateContent.getInstance(
                                                value(sent(messages.named("genm rootCaCert"))))
                                        .getNewWithNew())
                        .length);
        CertReqTemplateContent template =
                CertReqTemplateContent.getInstance(
                        value(sent(messages.named("genm certReqTemplate"))));
        assertEquals(2, template.getKeySpec().size());
        assertEquals(2, template.getCertTemplate().getExtensions().getExtensionOIDs().length);
    }

    private static ASN1Encodable value(byte[] answer) {
        return GenRepContent.getInstance(PKIMessage.getInstance(answer).getBody().getContent())
                .toInfoTypeAndValueArray()[0]
                .getInfoValue();
    }

    @Test
    void only_a_registration_authority_says_that_it_verified() {
        PKIBody body = PKIMessage.getInstance(messages.named("cr")).getBody();

        assertEquals(FailInfo.badPOP, refusal(messages.signed(20, body)));
        assertEquals(FailInfo.badPOP, refusal(messages.underSecret(21, body)));
        assertEquals(PKIBody.TYPE_CERT_REP, type(sent(messages.byRa(22, body))));
    }

    @Test
    void a_mac_does_not_do_where_a_signature_is_needed() {
        PKIBody rr = PKIMessage.getInstance(messages.named("rr")).getBody();
        PKIBody nested = AuthorityMessages.nested(messages.named("kur"));

        assertEquals(FailInfo.wrongIntegrity, refusal(messages.underSecret(20, rr)));
        assertEquals(FailInfo.wrongIntegrity, refusal(messages.underSecret(4, nested)));
        assertEquals(FailInfo.notAuthorized, refusal(messages.signed(4, nested)));
    }

    @Test
    void nested_in_nested_and_too_many_are_refused() {
        byte[][] many = new byte[17][];
        Arrays.setAll(many, i -> messages.signed(100 + i, CmpBodies.pollReq()));

        assertEquals(
                FailInfo.badRequest,
                refusal(messages.byRa(4, AuthorityMessages.nested(messages.named("nested")))));
        assertEquals(
                FailInfo.badRequest, refusal(messages.byRa(99, AuthorityMessages.nested(many))));
    }

    @Test
    void the_sender_is_the_subject_of_its_certificate() {
        byte[] asRa =
                MessageProtection.protect(
                        messages.header(20, pki.ra.certificate()),
                        CertRequests.kur(
                                messages.holder, new PossessionKey.Signing(messages.signer)),
                        messages.signer,
                        List.of(messages.holder));

        assertEquals(FailInfo.badMessageCheck, refusal(asRa));
    }

    @Test
    void a_question_that_nobody_knows_is_refused() {
        assertEquals(
                FailInfo.badRequest,
                refusal(
                        messages.signed(
                                20,
                                AuthorityMessages.question(
                                        CMPObjectIdentifiers.it_keyPairParamReq))));
    }

    @Test
    void paths_name_a_profile_or_nothing() {
        byte[] kur = messages.named("kur");
        assertEquals(200, status("", kur));
        assertEquals(200, status("/p/holder", kur));
        assertEquals(200, status("/p/holder/keyupdate", kur));
        assertEquals(200, status("/keyupdate", kur));
        assertEquals(404, status("/p/../x", kur));
        assertEquals(404, status("/p/Holder/a/b", kur));
        assertEquals(
                405, endpoint.handle(new BytesHandler.Request("GET", "", new byte[0])).status());
    }

    private int status(String path, byte[] message) {
        return endpoint.handle(new BytesHandler.Request("POST", path, message)).status();
    }

    /// Seeded, so that a failure is found again. Each is answered by one message, and none is taken
    /// for a failure of ours.
    @Test
    void whatever_octets_are_changed_the_answer_is_a_message_and_nothing_breaks() {
        Random random = new Random(26);
        for (var one : messages.all().entrySet()) {
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] mutant = mutated(one.getValue(), random);
                assertTrue(type(sent(mutant)) >= 0, one.getKey());
            }
        }
        assertEquals(0, broken.count);
    }

    /// The same changes inside messages whose protection is right again: what only a client that we
    /// trust could send.
    @Test
    void whatever_is_changed_in_a_body_under_good_protection_nothing_breaks() {
        Random random = new Random(27);
        for (var one : messages.all().entrySet()) {
            byte[] body = ReceivedMessage.der(PKIMessage.getInstance(one.getValue()).getBody());
            for (int i = 0; i < MUTATIONS; i++) {
                PKIBody mutant;
                try {
                    mutant = PKIBody.getInstance(mutated(body, random));
                    ReceivedMessage.der(mutant);
                } catch (RuntimeException e) {
                    continue; // no body at all: the other test's business
                }
                int transaction = 1000 + i;
                byte[] message =
                        switch (i % 3) {
                            case 0 -> messages.signed(transaction, mutant);
                            case 1 -> messages.byRa(transaction, mutant);
                            default -> messages.underSecret(transaction, mutant);
                        };
                assertTrue(type(sent(message)) >= 0, one.getKey());
            }
        }
        assertEquals(0, broken.count);
    }

    @Test
    void whatever_octets_are_changed_reading_knows_only_one_way_to_fail() {
        Random random = new Random(28);
        for (var one : messages.all().entrySet()) {
            for (int i = 0; i < 10 * MUTATIONS; i++) {
                byte[] mutant = mutated(one.getValue(), random);
                try {
                    ReceivedMessage message = ReceivedMessage.of(mutant);
                    HeaderFields.profile(message.header());
                    if (NestedMessages.isNested(message)) {
                        NestedMessages.read(message);
                    } else {
                        CmpBodies.read(message.body());
                    }
                } catch (InvalidMessageException e) {
                    assertTrue(e.failInfo().bit() >= 0);
                }
            }
        }
    }

    /// One to three changes: an octet, a length, a cut, a repetition.
    private static byte[] mutated(byte[] octets, Random random) {
        byte[] mutant = octets.clone();
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(6)) {
                case 0, 1 -> mutant[at] = (byte) random.nextInt(256);
                case 2 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                case 3 -> mutant[at] = (byte) (0x80 | random.nextInt(8));
                case 4 -> mutant = Arrays.copyOf(mutant, Math.max(1, at));
                default -> {
                    int length = Math.min(random.nextInt(16) + 1, mutant.length - at);
                    System.arraycopy(
                            octets, random.nextInt(octets.length - length + 1), mutant, at, length);
                }
            }
        }
        return mutant;
    }
}
