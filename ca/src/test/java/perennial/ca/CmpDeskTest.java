// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.key;
import static perennial.ca.BouncyCmp.certConf;
import static perennial.ca.BouncyCmp.certificate;
import static perennial.ca.BouncyCmp.nested;
import static perennial.ca.BouncyCmp.refusal;
import static perennial.ca.BouncyCmp.rejection;
import static perennial.ca.BouncyCmp.request;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.PKIMessages;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;
import perennial.protocol.cmp.SharedSecret;
import perennial.protocol.http.BytesHandler;

/// The authority's own CMP endpoint, asked by BouncyCastle's classes.
class CmpDeskTest {
    private static final Instant START = Instant.parse("2026-03-01T04:05:06Z");
    private static final X500Principal A = new X500Principal("CN=A,O=Test,C=TW");
    private static final X500Principal B = new X500Principal("CN=B,O=Test,C=TW");
    private static final int KUR = PKIBody.TYPE_KEY_UPDATE_REQ;
    private static final int CR = PKIBody.TYPE_CERT_REQ;
    private static final int IR = PKIBody.TYPE_INIT_REQ;

    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(START);
    private final DataSource database = TestDatabase.fresh();
    private final FailingDatabase failing = new FailingDatabase(database);
    private LocalCa ca;
    private BouncyCmp client;
    private BytesHandler endpoint;
    private Certificate cardA;
    private Certificate cardB;
    private Certificate ra;

    @BeforeEach
    void open() {
        ca = Authorities.open(folder, failing, clock);
        client = new BouncyCmp(ca.chain().getFirst().subject());
        endpoint = ca.cmpHandler(policy(RenewalKind.RENEWAL, EnrolmentPolicy.Unconfirmed.LEAVE));
        cardA = issue(1, StandardProfiles.HOLDER_SIGNATURE, A, key(1));
        cardB = issue(2, StandardProfiles.HOLDER_SIGNATURE, B, key(2));
        ra = issue(3, StandardProfiles.REGISTRATION_AUTHORITY, new X500Principal("CN=RA"), key(3));
    }

    private static EnrolmentPolicy policy(
            RenewalKind kind, EnrolmentPolicy.Unconfirmed unconfirmed) {
        return new EnrolmentPolicy(
                List.of(),
                Set.of(StandardProfiles.HOLDER_SIGNATURE),
                StandardProfiles.HOLDER_SIGNATURE,
                Set.of(StandardProfiles.HOLDER_SIGNATURE),
                new RenewalPolicy(
                        kind, Duration.ofDays(4000), Duration.ZERO, 3, Period.ofYears(30)),
                true,
                true,
                Duration.ofHours(1),
                unconfirmed);
    }

    private byte[] sent(byte[] message) {
        return endpoint.handle(new BytesHandler.Request("POST", "", message)).body();
    }

    private byte[] renewalOfA(UUID transaction) throws Exception {
        return client.signed(transaction, request(KUR, A, key(1), key(1)), key(1), cardA);
    }

    @Test
    void the_same_message_again_is_the_same_certificate_also_after_a_restart() throws Exception {
        byte[] kur = renewalOfA(new UUID(9, 1));

        Certificate first = certificate(sent(kur));
        BouncyCmp.signedAnswer(sent(kur));
        ca = Authorities.open(folder, database, clock);
        endpoint = ca.cmpHandler(policy(RenewalKind.RENEWAL, EnrolmentPolicy.Unconfirmed.LEAVE));

        assertEquals(first, certificate(sent(kur)));
        assertEquals(1, Rows.count(database, "ca.cmp_enrolment"));
    }

    @Test
    void r1_whatever_statement_is_lost_the_same_message_gets_one_certificate() throws Exception {
        sent(renewalOfA(new UUID(8, 9))); // the endpoint's own key is made now
        failing.breakAt(Integer.MAX_VALUE, FailingDatabase.Loss.ANSWER);
        sent(client.signed(new UUID(8, 0), request(CR, B, key(20), key(20)), key(2), cardB));
        int statements = failing.statements();
        assertTrue(statements > 5, "statements: " + statements);

        for (int k = 1; k <= statements; k++) {
            for (FailingDatabase.Loss loss : FailingDatabase.Loss.values()) {
                int before = Rows.count(database, "ca.certificate");
                UUID transaction =
                        UUID.nameUUIDFromBytes(
                                (loss.name() + k).getBytes(StandardCharsets.US_ASCII));
                byte[] cr =
                        client.signed(transaction, request(CR, A, key(1), key(1)), key(1), cardA);
                failing.breakAt(k, loss);
                byte[] broken = sent(cr);
                failing.mend();
                Certificate fresh = certificate(sent(cr));

                assertEquals(FailInfo.systemUnavail, refusal(broken), "lost " + k + loss);
                assertEquals(new CertStatus.Good(), ca.status(fresh.id()));
                assertEquals(before + 1, Rows.count(database, "ca.certificate"));
            }
        }
    }

    @Test
    void r5_eight_messages_at_once_are_one_renewal() throws Exception {
        byte[] kur = renewalOfA(new UUID(9, 1));
        int before = Rows.count(database, "ca.issuance_intent");
        List<Callable<Certificate>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(() -> certificate(sent(kur)));
        }
        Set<Certificate> certificates = new HashSet<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (Future<Certificate> one : threads.invokeAll(all)) {
                certificates.add(one.get());
            }
        }

        assertEquals(1, certificates.size());
        // One intent for the renewal, and at most one for the endpoint's own key.
        assertTrue(Rows.count(database, "ca.issuance_intent") - before <= 2);
    }

    @Test
    void r6_a_suspended_card_renews_nothing() throws Exception {
        ca.revoke(cardA.id(), RevocationReason.CERTIFICATE_HOLD);

        assertEquals(FailInfo.signerNotTrusted, refusal(sent(renewalOfA(new UUID(9, 1)))));

        ca.revoke(cardA.id(), RevocationReason.REMOVE_FROM_CRL);
        assertEquals(A, certificate(sent(renewalOfA(new UUID(9, 1)))).subject());
    }

    @Test
    void r7_possession_and_the_policy_about_keys_are_checked_at_this_door() throws Exception {
        byte[] unproven =
                client.signed(new UUID(77, 1), request(KUR, A, key(1), key(9)), key(1), cardA);
        byte[] another =
                client.signed(new UUID(77, 2), request(KUR, A, key(9), key(9)), key(1), cardA);
        assertEquals(FailInfo.badPOP, refusal(sent(unproven)));
        assertEquals(FailInfo.badCertTemplate, refusal(sent(another)));

        endpoint = ca.cmpHandler(policy(RenewalKind.RE_KEY, EnrolmentPolicy.Unconfirmed.LEAVE));
        assertEquals(FailInfo.badCertTemplate, refusal(sent(renewalOfA(new UUID(77, 3)))));
        assertEquals(key(9).getPublic(), certificate(sent(another)).publicKey());
    }

    @Test
    void r8_the_key_of_another_card_gets_nothing_in_the_name_of_this_one() throws Exception {
        byte[] byB =
                client.signed(
                        new UUID(8, 1), request(KUR, A, key(2), key(2), cardA.id()), key(2), cardB);
        byte[] byBAsA =
                client.signed(new UUID(8, 2), request(KUR, A, key(2), key(2)), key(2), cardA);

        assertEquals(FailInfo.notAuthorized, refusal(sent(byB)));
        assertEquals(FailInfo.badMessageCheck, refusal(sent(byBAsA)));
    }

    @Test
    void c18_nobody_renews_or_revokes_a_certificate_by_naming_its_serial_number() throws Exception {
        byte[] renewal =
                client.signed(
                        new UUID(18, 1),
                        request(KUR, B, key(2), key(2), cardA.id()),
                        key(2),
                        cardB);
        assertEquals(FailInfo.notAuthorized, refusal(sent(renewal)));
        try (SharedSecret secret =
                ca.enrolmentSecret(A, StandardProfiles.HOLDER_SIGNATURE, Duration.ofDays(1))) {
            byte[] bySecret =
                    client.underSecret(
                            new UUID(18, 2), request(KUR, A, key(9), key(9), cardA.id()), secret);
            assertEquals(FailInfo.notAuthorized, refusal(sent(bySecret)));
        }
        assertEquals(0, Rows.count(database, "ca.cmp_enrolment"));
        assertEquals(new CertStatus.Good(), ca.status(cardA.id()));
    }

    @Test
    void a_transaction_is_its_beginner_s_and_one_request_s() throws Exception {
        UUID transaction = new UUID(9, 1);
        Certificate fresh = certificate(sent(renewalOfA(transaction)));

        byte[] theirs = client.signed(transaction, request(CR, B, key(9), key(9)), key(2), cardB);
        byte[] other = client.signed(transaction, request(CR, A, key(9), key(9)), key(1), cardA);
        byte[] confirmed = client.signed(transaction, certConf(fresh), key(2), cardB);
        assertEquals(FailInfo.transactionIdInUse, refusal(sent(theirs)));
        assertEquals(FailInfo.transactionIdInUse, refusal(sent(other)));
        assertEquals(FailInfo.badRequest, refusal(sent(confirmed)));
    }

    @Test
    void what_is_rejected_is_revoked_and_cannot_be_confirmed_afterwards() throws Exception {
        UUID transaction = new UUID(9, 1);
        Certificate fresh = certificate(sent(renewalOfA(transaction)));
        byte[] no = client.signed(transaction, rejection(), key(1), cardA);

        assertEquals(PKIBody.TYPE_CONFIRM, BouncyCmp.type(sent(no)));
        assertEquals(PKIBody.TYPE_CONFIRM, BouncyCmp.type(sent(no)));

        assertInstanceOf(CertStatus.Revoked.class, ca.status(fresh.id()));
        byte[] yes = client.signed(transaction, certConf(fresh), key(1), cardA);
        assertEquals(FailInfo.certConfirmed, refusal(sent(yes)));
        assertNotEquals(fresh, certificate(sent(renewalOfA(new UUID(9, 2)))));
    }

    @Test
    void an_unconfirmed_certificate_is_left_alone_or_revoked_as_the_policy_says() throws Exception {
        var revoking = policy(RenewalKind.RENEWAL, EnrolmentPolicy.Unconfirmed.REVOKE);
        Certificate unconfirmed = certificate(sent(renewalOfA(new UUID(9, 1))));
        byte[] other =
                client.signed(new UUID(9, 2), request(KUR, B, key(2), key(2)), key(2), cardB);
        Certificate confirmed = certificate(sent(other));
        sent(client.signed(new UUID(9, 2), certConf(confirmed), key(2), cardB));
        clock.advance(Duration.ofMinutes(59));
        assertEquals(0, ca.revokeUnconfirmed(revoking));
        clock.advance(Duration.ofMinutes(2));

        assertEquals(
                0,
                ca.revokeUnconfirmed(
                        policy(RenewalKind.RENEWAL, EnrolmentPolicy.Unconfirmed.LEAVE)));
        assertEquals(new CertStatus.Good(), ca.status(unconfirmed.id()));
        assertEquals(1, ca.revokeUnconfirmed(revoking));
        assertEquals(0, ca.revokeUnconfirmed(revoking));
        assertInstanceOf(CertStatus.Revoked.class, ca.status(unconfirmed.id()));
        assertEquals(new CertStatus.Good(), ca.status(confirmed.id()));
    }

    @Test
    void a_secret_is_for_one_transaction_and_runs_out() throws Exception {
        X500Principal subject = new X500Principal("CN=New,O=Test,C=TW");
        try (SharedSecret secret =
                        ca.enrolmentSecret(
                                subject, StandardProfiles.HOLDER_SIGNATURE, Duration.ofDays(1));
                SharedSecret late =
                        ca.enrolmentSecret(
                                subject, StandardProfiles.HOLDER_SIGNATURE, Duration.ofDays(1))) {
            PKIBody ir = request(IR, subject, key(5), key(5));
            Certificate fresh = certificate(sent(client.underSecret(new UUID(5, 1), ir, secret)));
            assertEquals(fresh, certificate(sent(client.underSecret(new UUID(5, 1), ir, secret))));
            assertEquals(
                    FailInfo.notAuthorized,
                    refusal(sent(client.underSecret(new UUID(5, 2), ir, secret))));
            clock.advance(Duration.ofDays(2));
            byte[] conf = client.underSecret(new UUID(5, 1), certConf(fresh), secret);
            assertEquals(PKIBody.TYPE_CONFIRM, BouncyCmp.type(sent(conf)), "used: lasts longer");
            assertEquals(
                    FailInfo.signerNotTrusted,
                    refusal(sent(client.underSecret(new UUID(5, 3), ir, late))));
        }
    }

    @Test
    void a_registration_authority_adds_its_protection_and_is_answered_for_the_sender()
            throws Exception {
        clock.set(Instant.parse("2026-03-02T00:00:00Z"));
        endpoint = ca.cmpHandler(EnrolmentPolicy.standard(List.of("holder-signature")));
        byte[] kur = renewalOfA(new UUID(6, 1));
        assertEquals(FailInfo.badTime, refusal(sent(kur)), "too early without");

        byte[] added = client.signed(new UUID(6, 1), nested(kur), key(3), ra);
        byte[] otherTransaction = client.signed(new UUID(6, 2), nested(kur), key(3), ra);
        byte[] otherNonce =
                client.signed(
                        new UUID(6, 1),
                        nested(kur),
                        key(3),
                        ra,
                        "fedcba9876543210".getBytes(StandardCharsets.US_ASCII));
        byte[] byHolder = client.signed(new UUID(6, 1), nested(kur), key(2), cardB);

        assertEquals(FailInfo.badRequest, refusal(sent(otherTransaction)));
        assertEquals(FailInfo.badSenderNonce, refusal(sent(otherNonce)));
        assertEquals(FailInfo.notAuthorized, refusal(sent(byHolder)));
        Certificate fresh = certificate(sent(added));
        byte[] conf = client.signed(new UUID(6, 1), certConf(fresh), key(1), cardA);
        assertEquals(PKIBody.TYPE_CONFIRM, BouncyCmp.type(sent(conf)), "the sender's to confirm");
    }

    @Test
    void a_batch_is_answered_message_by_message_and_approves_none() throws Exception {
        byte[] good = renewalOfA(new UUID(6, 1));
        byte[] bad =
                client.signed(
                        new UUID(6, 2),
                        request(CR, A, key(9), key(9)),
                        key(2),
                        cardB,
                        "0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        byte[] nonce = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);

        byte[] answer = sent(client.signed(new UUID(6, 3), nested(good, bad), key(3), ra, nonce));

        PKIMessage[] each =
                PKIMessages.getInstance(BouncyCmp.signedAnswer(answer).getBody().getContent())
                        .toPKIMessageArray();
        assertEquals(2, each.length);
        assertEquals(A, certificate(each[0].getEncoded()).subject());
        assertEquals(FailInfo.notAuthorized, refusal(each[1].getEncoded()));
        assertEquals(
                FailInfo.transactionIdInUse,
                refusal(
                        sent(
                                client.signed(
                                        new UUID(6, 4), nested(good, good), key(3), ra, nonce))));
    }

    private Certificate issue(
            long transaction, String profile, X500Principal subject, KeyPair key) {
        return accepted(
                ca.issue(
                        new CertificationRequest(
                                new UUID(7, transaction),
                                profile,
                                subject,
                                key.getPublic(),
                                ProofOfPossession.SIGNATURE,
                                Optional.empty(),
                                Optional.empty())));
    }
}
