// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.Validity;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;
import perennial.core.renewal.Ticket;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.cmp.UpdateRequest;
import perennial.ra.MovableClock;
import perennial.ra.TestAuthority;
import perennial.ra.TestRegister;

class RenewalDeskTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant END = NOW.plus(Duration.ofDays(20));
    private static final Validity VALIDITY = new Validity(NOW.minus(Duration.ofDays(345)), END);
    private static final String HOLDER = "CN=王小明,SERIALNUMBER=0000000112345678,C=TW";
    private static final CardNumber CARD = new CardNumber("0088000000000001");
    private static TestRegister postgres;

    private final SecureRandom random = new SecureRandom();
    private final MovableClock clock = new MovableClock(NOW);
    private final TestAuthority authority = new TestAuthority("CN=Test CA,C=TW", clock);
    private final KeyPair keys = TestAuthority.newKeys();
    private final Certificate old = first(HOLDER, keys.getPublic(), TestAuthority.SIGNATURE);
    private RenewalDesk desk;

    @BeforeAll
    static void start() throws IOException {
        postgres = new TestRegister();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void open() throws SQLException {
        try (Connection connection = postgres.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE ra.lineage, ra.visit CASCADE");
        }
        desk = deskWith(RenewalPolicy.standard());
    }

    @Test
    void a_renewal_is_issued_confirmed_and_counted_once() {
        RenewalId id = id();
        Certificate fresh = accepted(desk.update(request(id, old)));
        assertEquals(0, desk.timesRenewed(old.id()));
        assertEquals(keys.getPublic(), fresh.publicKey());
        assertEquals(Optional.of(old), desk.old(id));
        CertificationRequest asked = authority.requests().getFirst();
        assertEquals(id.value(), asked.transaction());
        assertEquals("signature", asked.profile());
        assertEquals(Optional.of(old), asked.replaces());

        desk.confirm(id);
        desk.confirm(id);
        assertEquals(1, desk.timesRenewed(fresh.id()));
        assertEquals(0, desk.timesRenewed(old.id()));
        assertEquals(new Eligibility.Superseded(), desk.eligibility(old));
        assertInstanceOf(Eligibility.TooEarly.class, desk.eligibility(fresh));
    }

    @Test
    void a_repeated_request_gets_the_same_answer_in_every_state() {
        RenewalId id = id();
        authority.answerNext(new IssueOutcome.Waiting(Duration.ofSeconds(9)));
        assertEquals(
                new IssueOutcome.Waiting(Duration.ofSeconds(9)), desk.update(request(id, old)));
        IssueOutcome polled = desk.outcome(id).orElseThrow();
        Certificate fresh = accepted(polled);
        assertEquals(polled, desk.update(request(id, old)));
        clock.set(END.plus(Duration.ofDays(1)));
        assertEquals(polled, desk.update(request(id, old)), "also when the window has closed");
        desk.confirm(id);
        assertEquals(polled, desk.update(request(id, old)));
        assertEquals(polled, desk.outcome(id).orElseThrow());
        assertEquals(1, authority.issued());
        assertEquals(1, desk.timesRenewed(fresh.id()));
    }

    @Test
    void nothing_is_known_of_an_id_that_nobody_used() {
        assertEquals(Optional.empty(), desk.outcome(id()));
        assertEquals(Optional.empty(), desk.old(id()));
        assertThrows(ProtocolException.class, () -> desk.confirm(id()));
        assertThrows(ProtocolException.class, () -> desk.reject(id(), "no"));
    }

    @Test
    @Tag("R5")
    void eight_updates_at_once_under_eight_ids_are_one_renewal() throws Exception {
        List<RenewalId> ids = IntStream.range(0, 8).mapToObj(_ -> id()).toList();
        RenewalDesk otherNode = deskWith(RenewalPolicy.standard());
        Set<Certificate> fresh = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<IssueOutcome>> calls =
                    IntStream.range(0, 8)
                            .<Callable<IssueOutcome>>mapToObj(i -> {
                                RenewalDesk node = i % 2 == 0 ? desk : otherNode;
                                return () -> node.update(request(ids.get(i), old));
                            })
                            .toList();
            for (Future<IssueOutcome> answer : threads.invokeAll(calls)) {
                fresh.add(accepted(answer.get()));
            }
            List<Callable<Boolean>> confirmations =
                    ids.stream()
                            .<Callable<Boolean>>map(id ->
                                    () -> {
                                        desk.confirm(id);
                                        return true;
                                    })
                            .toList();
            for (Future<Boolean> done : threads.invokeAll(confirmations)) {
                assertTrue(done.get());
            }
        }
        assertEquals(1, fresh.size());
        assertEquals(1, authority.issued());
        assertEquals(1, desk.timesRenewed(fresh.iterator().next().id()));
    }

    @Test
    @Tag("R5")
    void two_visits_at_once_share_the_ids() throws Exception {
        Certificate second =
                first(HOLDER, TestAuthority.newKeys().getPublic(), TestAuthority.ENCRYPTION);
        Set<Set<RenewalId>> seen = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Callable<Ticket>> calls =
                    IntStream.range(0, 6)
                            .<Callable<Ticket>>mapToObj(i ->
                                    () ->
                                            open(
                                                    i % 2 == 0
                                                            ? List.of(old, second)
                                                            : List.of(second, old)))
                            .toList();
            for (Future<Ticket> ticket : threads.invokeAll(calls)) {
                assertEquals(2, ticket.get().entries().size());
                seen.add(
                        new HashSet<>(
                                ticket.get().entries().stream().map(Ticket.Entry::id).toList()));
            }
        }
        assertEquals(1, seen.size());
    }

    @Test
    @Tag("R6")
    void each_refusal_has_its_own_code() {
        Certificate foreign =
                new TestAuthority("CN=Elsewhere,C=TW", clock)
                        .first(HOLDER, keys.getPublic(), VALIDITY, TestAuthority.SIGNATURE);
        Certificate namesake =
                new TestAuthority("CN=Test CA,C=TW", clock)
                        .first(HOLDER, keys.getPublic(), VALIDITY, TestAuthority.SIGNATURE);
        Certificate forgotten = authority.forgotten(HOLDER, keys.getPublic(), VALIDITY);
        assertRefused("R07", FailInfo.wrongAuthority, foreign);
        assertRefused("R07", FailInfo.wrongAuthority, namesake);
        assertRefused("R08", FailInfo.badCertId, forgotten);

        Certificate revoked = first(HOLDER, keys.getPublic(), TestAuthority.SIGNATURE);
        authority.revoke(revoked.id(), RevocationReason.KEY_COMPROMISE);
        assertRefused("R05", FailInfo.certRevoked, revoked);
        Certificate suspended = first(HOLDER, keys.getPublic(), TestAuthority.SIGNATURE);
        authority.revoke(suspended.id(), RevocationReason.CERTIFICATE_HOLD);
        assertRefused("R06", FailInfo.notAuthorized, suspended);

        accepted(desk.update(request(new RenewalId(id().value()), old)));
        Certificate early =
                authority.first(
                        HOLDER,
                        keys.getPublic(),
                        new Validity(NOW, NOW.plus(Duration.ofDays(31))),
                        TestAuthority.SIGNATURE);
        assertRefused("R01", FailInfo.badTime, early);
        Certificate late =
                authority.first(
                        HOLDER,
                        keys.getPublic(),
                        new Validity(NOW.minusSeconds(100), NOW.minusSeconds(1)),
                        TestAuthority.SIGNATURE);
        assertRefused("R02", FailInfo.badTime, late);
    }

    @Test
    @Tag("R6")
    void a_superseded_certificate_is_refused_under_a_new_id() {
        RenewalId id = id();
        accepted(desk.update(request(id, old)));
        desk.confirm(id);
        assertRefused("R09", FailInfo.certConfirmed, old);
        authority.revoke(old.id(), RevocationReason.SUPERSEDED);
        assertRefused("R09", FailInfo.certConfirmed, old);
    }

    @Test
    @Tag("R6")
    void suspended_between_the_page_and_the_request_is_refused_for_good() {
        RenewalId id = open(List.of(old)).entries().getFirst().id();
        assertEquals(Optional.empty(), desk.outcome(id), "asked for by nobody yet");
        authority.revoke(old.id(), RevocationReason.CERTIFICATE_HOLD);
        IssueOutcome no = desk.update(request(id, old));
        assertEquals(FailInfo.notAuthorized, ((IssueOutcome.Rejection) no).reason());
        authority.revoke(old.id(), RevocationReason.REMOVE_FROM_CRL);
        assertEquals(no, desk.update(request(id, old)));
        assertEquals(Optional.of(no), desk.outcome(id));
        RenewalId again = open(List.of(old)).entries().getFirst().id();
        assertFalse(again.equals(id));
        accepted(desk.update(request(again, old)));
    }

    @Test
    @Tag("R7")
    void a_renewal_keeps_the_key_and_a_re_key_changes_it() {
        PublicKey other = TestAuthority.newKeys().getPublic();
        assertEquals(FailInfo.badCertTemplate, refusedFor(request(id(), old, other, old)));
        assertEquals(0, authority.requests().size());

        RenewalDesk reKeying =
                deskWith(
                        new RenewalPolicy(
                                RenewalKind.RE_KEY,
                                Duration.ofDays(30),
                                Duration.ZERO,
                                3,
                                Period.ofYears(10)));
        desk = reKeying;
        assertEquals(FailInfo.badCertTemplate, refusedFor(request(id(), old)));
        RenewalId id = id();
        Certificate fresh = accepted(desk.update(request(id, old, other, old)));
        assertEquals(other, fresh.publicKey());
        assertEquals(
                FailInfo.duplicateCertReq,
                refusedFor(request(id(), old, TestAuthority.newKeys().getPublic(), old)),
                "a second key while the first is under way");
        assertEquals(fresh, accepted(desk.update(request(id, old, other, old))));
    }

    @Test
    void a_changed_subject_is_refused() {
        UpdateRequest request = request(id(), old);
        assertEquals(
                FailInfo.badCertTemplate,
                refusedFor(
                        new UpdateRequest(
                                request.id(),
                                request.old(),
                                new X500Principal("CN=someone else"),
                                request.key(),
                                request.proof(),
                                old)));
    }

    @Test
    @Tag("R8")
    void another_persons_card_renews_nothing_and_spoils_nothing() {
        RenewalId id = open(List.of(old)).entries().getFirst().id();
        Certificate stranger =
                first(
                        "CN=陳大文,SERIALNUMBER=0000000187654321,C=TW",
                        TestAuthority.newKeys().getPublic(),
                        TestAuthority.SIGNATURE);
        UpdateRequest theft = request(id, old, keys.getPublic(), stranger);
        assertEquals(FailInfo.notAuthorized, refusedFor(theft));
        assertEquals(0, authority.requests().size());
        accepted(desk.update(request(id, old)));
        assertEquals(FailInfo.notAuthorized, refusedFor(theft), "also once it is issued");
    }

    @Test
    void the_signature_certificate_speaks_for_the_encryption_certificate() {
        KeyPair encryption = TestAuthority.newKeys();
        Certificate cipher = first(HOLDER, encryption.getPublic(), TestAuthority.ENCRYPTION);
        assertEquals(
                FailInfo.badCertId,
                refusedFor(request(id(), cipher, encryption.getPublic(), old)),
                "nobody has shown the certificate yet");
        desk.registerCard(CARD, List.of(old, cipher));
        RenewalId id = id();
        Certificate renewedSignature = accepted(desk.update(request(id, old)));
        desk.confirm(id);
        Certificate fresh =
                accepted(
                        desk.update(
                                request(id(), cipher, encryption.getPublic(), renewedSignature)));
        assertEquals("encryption", authority.requests().getLast().profile());
        assertEquals(encryption.getPublic(), fresh.publicKey());
    }

    @ParameterizedTest
    @EnumSource(
            value = RevocationReason.class,
            names = {"KEY_COMPROMISE", "CERTIFICATE_HOLD"})
    void a_bad_signer_renews_nothing(RevocationReason reason) {
        Certificate cipher =
                first(HOLDER, TestAuthority.newKeys().getPublic(), TestAuthority.ENCRYPTION);
        desk.registerCard(CARD, List.of(cipher));
        authority.revoke(old.id(), reason);
        assertEquals(
                FailInfo.signerNotTrusted,
                refusedFor(request(id(), cipher, cipher.publicKey(), old)));
    }

    @Test
    @Tag("R9")
    void count_and_key_life_end_a_lineage() {
        desk =
                deskWith(
                        new RenewalPolicy(
                                RenewalKind.RENEWAL,
                                Duration.ofDays(30),
                                Duration.ZERO,
                                1,
                                Period.ofYears(2)));
        RenewalId id = id();
        Certificate fresh = accepted(desk.update(request(id, old)));
        desk.confirm(id);
        clock.set(fresh.validity().notAfter());
        assertEquals(new Eligibility.Exhausted(1), desk.eligibility(fresh));
        desk =
                deskWith(
                        new RenewalPolicy(
                                RenewalKind.RENEWAL,
                                Duration.ofDays(30),
                                Duration.ZERO,
                                9,
                                Period.ofDays(700)));
        assertInstanceOf(
                Eligibility.KeyTooOld.class,
                desk.eligibility(fresh),
                "the key's life counts from the lineage's first certificate");
    }

    @ParameterizedTest
    @Tag("R10")
    @CsvSource({
        "2026-05-21T23:59:59.999Z,TooEarly",
        "2026-05-22T00:00:00Z,Open",
        "2026-06-21T00:00:00.999Z,Open",
        "2026-06-21T00:00:01Z,TooLate"
    })
    void both_edges_of_the_window_lie_inside_it(Instant now, String expected) {
        clock.set(now);
        assertEquals(expected, desk.eligibility(old).getClass().getSimpleName());
    }

    @Test
    @Tag("R10")
    void a_window_is_counted_in_days_of_24_hours_across_the_change_of_summer_time() {
        // Europe's clocks change on 2026-10-25; the window is counted on UTC's line.
        Instant end = Instant.parse("2026-11-10T12:00:00Z");
        Certificate autumn =
                authority.first(
                        HOLDER, keys.getPublic(), new Validity(NOW, end), TestAuthority.SIGNATURE);
        clock.set(end.minus(Duration.ofDays(30)).minusSeconds(1));
        assertEquals(
                new Eligibility.TooEarly(end.minus(Duration.ofDays(30))), desk.eligibility(autumn));
        clock.set(end.minus(Duration.ofDays(30)));
        assertEquals(new Eligibility.Open(end), desk.eligibility(autumn));
    }

    @Test
    @Tag("R4")
    void a_card_that_signs_with_the_new_certificate_closes_its_renewal() {
        Certificate fresh = accepted(desk.update(request(id(), old)));
        clock.set(fresh.validity().notAfter().minus(Duration.ofDays(1)));
        RenewalId next = id();
        Certificate second = accepted(desk.update(request(next, fresh)));
        assertEquals(new Eligibility.Superseded(), desk.eligibility(old));
        desk.confirm(next);
        assertEquals(2, desk.timesRenewed(second.id()));
    }

    @Test
    void a_rejected_certificate_is_revoked_and_the_lineage_may_try_again() {
        RenewalId id = id();
        Certificate fresh = accepted(desk.update(request(id, old)));
        desk.reject(id, "wrong\nname");
        desk.reject(id, "wrong\nname");
        assertEquals(
                RevocationReason.CESSATION_OF_OPERATION,
                ((CertStatus.Revoked) authority.status(fresh.id())).reason());
        assertInstanceOf(IssueOutcome.Rejection.class, desk.outcome(id).orElseThrow());
        assertThrows(ProtocolException.class, () -> desk.confirm(id));
        assertEquals(0, desk.timesRenewed(old.id()));
        RenewalId again = id();
        Certificate better = accepted(desk.update(request(again, old)));
        assertFalse(better.equals(fresh));
        desk.confirm(again);
        assertThrows(ProtocolException.class, () -> desk.reject(again, "too late"));
        assertEquals(new CertStatus.Good(), authority.status(better.id()));
    }

    @Test
    void what_the_authority_refuses_is_refused_for_good_under_this_id() {
        RenewalId id = id();
        IssueOutcome no = new IssueOutcome.Rejection(FailInfo.badCertTemplate, "S04 lint");
        authority.answerNext(no);
        assertEquals(no, desk.update(request(id, old)));
        assertEquals(no, desk.update(request(id, old)));
        accepted(desk.update(request(id(), old)));
    }

    @Test
    void one_transaction_id_never_serves_two_certificates() {
        RenewalId id = id();
        accepted(desk.update(request(id, old)));
        Certificate second = first(HOLDER, keys.getPublic(), TestAuthority.SIGNATURE);
        assertEquals(FailInfo.transactionIdInUse, refusedFor(request(id, second)));
    }

    @Test
    void a_visit_shows_how_far_its_renewals_have_come_and_ends_if_nothing_begins() {
        Certificate cipher =
                first(HOLDER, TestAuthority.newKeys().getPublic(), TestAuthority.ENCRYPTION);
        Visit idle = desk.visit(CARD);
        assertTrue(desk.open(idle, List.of(old)).isPresent());
        Visit visit = desk.visit(CARD);
        Ticket ticket = desk.open(visit, List.of(old, cipher)).orElseThrow();
        RenewalId id = ticket.idFor(old.serialNumber()).orElseThrow();
        clock.set(NOW.plus(Duration.ofMinutes(15)));
        assertInstanceOf(
                Renewal.Pending.class,
                desk.progress(idle.token()).orElseThrow().certificates().getFirst().renewal());
        clock.set(NOW.plus(Duration.ofMinutes(16)));
        assertEquals(Optional.empty(), desk.progress(visit.token()));

        accepted(desk.update(request(id, old)));
        desk.confirm(id);
        VisitProgress progress = desk.progress(visit.token()).orElseThrow();
        assertFalse(progress.finished());
        assertEquals(CARD, progress.cardNumber());
        assertInstanceOf(Renewal.Done.class, progress.certificates().getFirst().renewal());
        assertEquals(1, progress.certificates().getFirst().timesRenewed());
        assertInstanceOf(Renewal.Pending.class, progress.certificates().getLast().renewal());
        assertEquals(Optional.empty(), desk.progress(VisitToken.random(random)));
    }

    @Test
    void facts_in_the_register_cannot_be_changed() throws SQLException {
        accepted(desk.update(request(id(), old)));
        try (Connection connection = postgres.database().getConnection();
                Statement statement = connection.createStatement()) {
            assertThrows(
                    SQLException.class,
                    () -> statement.execute("UPDATE ra.renewal_event SET at = now()"));
            assertThrows(
                    SQLException.class, () -> statement.execute("DELETE FROM ra.renewal_event"));
        }
    }

    @Test
    void a_card_is_registered_once_and_only_if_it_is_ours() {
        desk.registerCard(CARD, List.of(old));
        desk.registerCard(CARD, List.of(old));
        CardStatus status = desk.check(CARD, List.of(old));
        assertTrue(status.renewable());
        assertEquals(0, status.certificates().getFirst().timesRenewed());
        Certificate foreign =
                new TestAuthority("CN=Elsewhere,C=TW", clock)
                        .first(HOLDER, keys.getPublic(), VALIDITY, TestAuthority.SIGNATURE);
        assertThrows(
                IllegalArgumentException.class, () -> desk.registerCard(CARD, List.of(foreign)));
    }

    private RenewalDesk deskWith(RenewalPolicy policy) {
        return new RenewalDesk(
                new RenewalRegister(postgres.database()),
                authority,
                List.of(
                        new IssuerSettings(
                                authority.certificate(),
                                "測試憑證管理中心",
                                "Test CA",
                                policy,
                                Optional.empty(),
                                "signature",
                                "encryption")),
                clock,
                random);
    }

    private Certificate first(String subject, PublicKey key, int usage) {
        return authority.first(subject, key, VALIDITY, usage);
    }

    private Ticket open(List<Certificate> certificates) {
        return desk.open(desk.visit(CARD), certificates).orElseThrow();
    }

    private RenewalId id() {
        return RenewalId.random(random);
    }

    private static UpdateRequest request(RenewalId id, Certificate certificate) {
        return request(id, certificate, certificate.publicKey(), certificate);
    }

    private static UpdateRequest request(
            RenewalId id, Certificate certificate, PublicKey key, Certificate protectedBy) {
        return new UpdateRequest(
                id,
                certificate.id(),
                certificate.subject(),
                key,
                ProofOfPossession.SIGNATURE,
                protectedBy);
    }

    private FailInfo refusedFor(UpdateRequest request) {
        return assertInstanceOf(IssueOutcome.Rejection.class, desk.update(request)).reason();
    }

    private void assertRefused(String code, FailInfo reason, Certificate certificate) {
        IssueOutcome.Rejection no =
                assertInstanceOf(
                        IssueOutcome.Rejection.class, desk.update(request(id(), certificate)));
        assertEquals(code, no.text().substring(0, 3));
        assertEquals(reason, no.reason());
    }

    private static Certificate accepted(IssueOutcome outcome) {
        return assertInstanceOf(IssueOutcome.Accepted.class, outcome, outcome.toString())
                .certificate();
    }
}
