// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.Validity;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;
import perennial.core.renewal.RenewalTerms;
import perennial.protocol.cmp.PermittedUpdate;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.cmp.UpdateRequest;
import perennial.ra.MovableClock;
import perennial.ra.TestAuthority;
import perennial.ra.TestRegister;

/// New keys: terms, permission, the newest key, and what is never left behind.
class ReKeyTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant END = NOW.plus(Duration.ofDays(20));
    private static final Validity VALIDITY = new Validity(NOW.minus(Duration.ofDays(345)), END);
    private static final String HOLDER = "CN=王小明,SERIALNUMBER=0000000112345678,C=TW";
    private static final String OTHER = "CN=陳大文,SERIALNUMBER=0000000187654321,C=TW";
    private static final RenewalPolicy RE_KEY =
            new RenewalPolicy(
                    RenewalKind.RE_KEY, Duration.ofDays(30), Duration.ZERO, 9, Period.ofYears(10));
    private static TestRegister postgres;

    private final SecureRandom random = new SecureRandom();
    private final MovableClock clock = new MovableClock(NOW);
    private final TestAuthority authority = new TestAuthority("CN=Test CA,C=TW", clock);
    private final Certificate old = first(HOLDER, TestAuthority.SIGNATURE);
    private final RenewalId id = RenewalId.random(random);
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
        desk = deskWith(RE_KEY);
    }

    @Test
    void permission_comes_first_and_the_new_key_s_certificate_after_it() throws SQLException {
        String secret = granted(id, old);
        assertEquals(Optional.empty(), desk.outcome(id), "no key has been named yet");
        assertEquals(Optional.of(old), desk.old(id));
        assertEquals(0, authority.requests().size());

        PublicKey fresh = newKey();
        Certificate certificate = accepted(desk.update(request(id, fresh)));
        assertEquals(fresh, certificate.publicKey());
        assertEquals(secret, secret(id, reference(id)), "until the card carries it");

        desk.confirm(id);
        assertEquals(1, desk.timesRenewed(certificate.id()));
        assertEquals(new Eligibility.Superseded(), desk.eligibility(old));
        assertEquals(0, secretsKept());
        ProtocolException over =
                assertThrows(ProtocolException.class, () -> secret(id, reference(id)));
        assertEquals(FailInfo.certConfirmed, over.failInfo());
    }

    @Test
    void the_same_permission_again_also_on_another_node_and_under_another_id() {
        String first = granted(id, old);
        assertEquals(first, granted(id, old));
        clock.set(END.plus(Duration.ofDays(3)));
        assertEquals(first, granted(id, old), "also when the window has closed");
        clock.set(NOW);
        desk = deskWith(RE_KEY);
        RenewalId second = RenewalId.random(random);
        assertEquals(first, granted(second, old));
        assertEquals(first, secret(second, reference(id)));
        assertEquals(first, secret(RenewalId.random(random), reference(id)), "a new transaction");
    }

    @Test
    void eight_permissions_at_once_on_two_nodes_are_one() throws Exception {
        RenewalDesk otherNode = deskWith(RE_KEY);
        Set<String> secrets = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<PermissionOutcome>> calls =
                    IntStream.range(0, 8)
                            .<Callable<PermissionOutcome>>mapToObj(i -> {
                                RenewalDesk node = i % 2 == 0 ? desk : otherNode;
                                RenewalId each = RenewalId.random(random);
                                return () -> node.permission(each, old.id(), old);
                            })
                            .toList();
            for (Future<PermissionOutcome> answer : threads.invokeAll(calls)) {
                secrets.add(secretOf(answer.get()));
            }
        }
        assertEquals(1, secrets.size());
    }

    @Test
    void permission_is_refused_with_the_reason() {
        Certificate stranger = first(OTHER, TestAuthority.SIGNATURE);
        Certificate foreign =
                new TestAuthority("CN=Elsewhere,C=TW", clock)
                        .first(HOLDER, newKey(), VALIDITY, TestAuthority.SIGNATURE);
        Certificate early =
                authority.first(
                        HOLDER,
                        newKey(),
                        new Validity(NOW, NOW.plus(Duration.ofDays(31))),
                        TestAuthority.SIGNATURE);
        Certificate revoked = first(HOLDER, TestAuthority.SIGNATURE);
        authority.revoke(revoked.id(), RevocationReason.KEY_COMPROMISE);

        assertEquals(
                FailInfo.notAuthorized, refused(desk.permission(id, old.id(), stranger)).reason());
        assertEquals(FailInfo.wrongAuthority, refusedFor(foreign));
        assertEquals(FailInfo.badTime, refusedFor(early));
        assertEquals(FailInfo.certRevoked, refusedFor(revoked));
        desk = deskWith(RenewalPolicy.standard());
        assertEquals(FailInfo.unacceptedPolicy, refusedFor(old));
    }

    @Test
    void an_encryption_certificate_is_not_given_up_by_the_signature_key() {
        Certificate cipher = first(HOLDER, TestAuthority.ENCRYPTION);

        assertEquals(
                FailInfo.notAuthorized, refused(desk.permission(id, cipher.id(), old)).reason());
    }

    @Test
    void one_id_never_permits_two_keys() {
        granted(id, old);
        Certificate second = first(HOLDER, TestAuthority.SIGNATURE);
        granted(RenewalId.random(random), second);

        assertEquals(
                FailInfo.transactionIdInUse,
                refused(desk.permission(id, second.id(), second)).reason());
    }

    @Test
    void a_reference_is_for_its_own_renewal_only() {
        granted(id, old);
        Certificate second = first(HOLDER, TestAuthority.SIGNATURE);
        RenewalId other = RenewalId.random(random);
        granted(other, second);

        assertEquals(Optional.empty(), desk.permitted(other, reference(id)));
        assertEquals(Optional.empty(), desk.permitted(id, new byte[] {1}));
        assertEquals(Optional.empty(), desk.permitted(id, new byte[0]));
    }

    @Test
    void there_is_no_permission_any_more_once_a_certificate_exists() {
        accepted(desk.update(request(id, newKey())));

        assertEquals(
                FailInfo.duplicateCertReq, refused(desk.permission(id, old.id(), old)).reason());
    }

    @Test
    void until_there_is_a_certificate_the_newest_key_counts() {
        granted(id, old);
        PublicKey lost = newKey();
        PublicKey kept = newKey();
        authority.answerNext(new IssueOutcome.Waiting(Duration.ofSeconds(1)));
        assertInstanceOf(IssueOutcome.Waiting.class, desk.update(request(id, lost)));

        Certificate certificate = accepted(desk.update(request(id, kept)));

        assertEquals(kept, certificate.publicKey());
        assertEquals(1, authority.issued());
        assertEquals(FailInfo.duplicateCertReq, refusedFor(request(id, lost)), "late, not newest");
        assertEquals(FailInfo.duplicateCertReq, refusedFor(request(id, newKey())));
        assertEquals(certificate, accepted(desk.update(request(id, kept))));
    }

    @Test
    void a_replaced_key_does_not_come_back_by_a_late_message() {
        granted(id, old);
        PublicKey lost = newKey();
        PublicKey kept = newKey();
        authority.answerNext(new IssueOutcome.Waiting(Duration.ofSeconds(1)));
        desk.update(request(id, lost));
        authority.answerNext(new IssueOutcome.Waiting(Duration.ofSeconds(1)));
        desk.update(request(id, kept));

        assertEquals(FailInfo.duplicateCertReq, refusedFor(request(id, lost)));
        assertEquals(kept, accepted(desk.outcome(id).orElseThrow()).publicKey());
    }

    @Test
    void a_certificate_of_which_nobody_heard_is_taken_back_for_the_newest_key() {
        granted(id, old);
        PublicKey lost = newKey();
        PublicKey kept = newKey();
        authority.loseNextAnswer();
        assertThrows(IllegalStateException.class, () -> desk.update(request(id, lost)));
        Certificate unheard = authority.certificates().getLast();

        Certificate certificate = accepted(deskWith(RE_KEY).update(request(id, kept)));

        assertEquals(kept, certificate.publicKey());
        assertEquals(new CertStatus.Good(), authority.status(certificate.id()));
        assertEquals(
                RevocationReason.CESSATION_OF_OPERATION,
                assertInstanceOf(CertStatus.Revoked.class, authority.status(unheard.id()))
                        .reason());
    }

    @Test
    void eight_keys_at_once_on_two_nodes_leave_one_good_certificate() throws Exception {
        granted(id, old);
        RenewalDesk otherNode = deskWith(RE_KEY);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<IssueOutcome>> calls =
                    IntStream.range(0, 8)
                            .<Callable<IssueOutcome>>mapToObj(i -> {
                                RenewalDesk node = i % 2 == 0 ? desk : otherNode;
                                PublicKey key = newKey();
                                return () -> node.update(request(id, key));
                            })
                            .toList();
            for (Future<IssueOutcome> answer : threads.invokeAll(calls)) {
                if (answer.get() instanceof IssueOutcome.Rejection(FailInfo reason, _)) {
                    assertEquals(FailInfo.duplicateCertReq, reason);
                }
            }
        }

        Certificate certificate = accepted(desk.outcome(id).orElseThrow());
        assertEquals(
                List.of(certificate),
                authority.certificates().stream()
                        .filter(c -> authority.status(c.id()) instanceof CertStatus.Good)
                        .toList());
        desk.confirm(id);
    }

    @Test
    void a_crash_between_asking_and_writing_gives_the_same_certificate() {
        granted(id, old);
        PublicKey fresh = newKey();
        authority.loseNextAnswer();
        assertThrows(IllegalStateException.class, () -> desk.update(request(id, fresh)));
        Certificate unheard = authority.certificates().getLast();

        assertEquals(unheard, accepted(deskWith(RE_KEY).outcome(id).orElseThrow()));
        assertEquals(unheard, accepted(desk.update(request(id, fresh))));
        assertEquals(1, authority.issued());
    }

    @Test
    void beside_the_old_key_a_new_one_is_certified_and_the_newest_counts() {
        PublicKey lost = newKey();
        PublicKey kept = newKey();
        authority.answerNext(new IssueOutcome.Waiting(Duration.ofSeconds(1)));
        desk.update(request(id, lost));

        Certificate certificate = accepted(desk.update(request(RenewalId.random(random), kept)));

        assertEquals(kept, certificate.publicKey());
        desk.confirm(id);
        assertEquals(1, desk.timesRenewed(certificate.id()));
        assertFalse(desk.eligibility(certificate) instanceof Eligibility.Superseded);
    }

    @Test
    void the_old_key_again_and_a_key_of_another_kind_are_refused() {
        granted(id, old);
        assertEquals(FailInfo.badCertTemplate, refusedFor(request(id, old.publicKey())));
        desk = deskWith(RE_KEY, Optional.of(KeyAlgorithm.P_384));
        assertEquals(FailInfo.badCertTemplate, refusedFor(request(id, newKey())));
        assertEquals(0, authority.requests().size());
    }

    @Test
    void a_rejected_certificate_is_revoked_and_its_permission_ends() throws SQLException {
        granted(id, old);
        Certificate certificate = accepted(desk.update(request(id, newKey())));

        desk.reject(id, "the card does not take it");

        assertInstanceOf(CertStatus.Revoked.class, authority.status(certificate.id()));
        assertEquals(0, secretsKept());
        assertEquals(
                FailInfo.incorrectData,
                assertThrows(ProtocolException.class, () -> secret(id, reference(id))).failInfo());
        RenewalId again = RenewalId.random(random);
        granted(again, old);
        accepted(desk.update(request(again, newKey())));
    }

    @Test
    void terms_say_what_is_wanted_and_what_is_under_way() {
        assertEquals(
                List.of(
                        new RenewalTerms(
                                RenewalKind.RE_KEY,
                                Optional.of(KeyAlgorithm.P_256),
                                Optional.empty())),
                desk.terms(List.of(old.id()), old));
        desk.open(desk.visit(new CardNumber("0088000000000001")), List.of(old));
        assertEquals(Optional.empty(), terms(old, old).inFlight(), "a visit begins nothing");

        granted(id, old);
        RenewalId own = terms(old, old).inFlight().orElseThrow().id();
        assertEquals(old, terms(old, old).inFlight().orElseThrow().old());
        assertEquals(Optional.of(old), desk.old(own));
        Certificate certificate = accepted(desk.update(request(id, newKey())));
        assertEquals(
                new RenewalTerms.InFlight(own, old),
                terms(certificate, certificate).inFlight().orElseThrow(),
                "asked with the new certificate that nobody has confirmed");
        desk.confirm(own);
        assertEquals(Optional.empty(), terms(certificate, certificate).inFlight());
        assertEquals(Optional.empty(), terms(old, certificate).inFlight());
    }

    @Test
    void terms_tell_strangers_nothing_of_what_is_under_way() {
        Certificate stranger = first(OTHER, TestAuthority.SIGNATURE);
        granted(id, old);

        assertEquals(Optional.empty(), terms(old, stranger).inFlight());
        assertEquals(RenewalKind.RE_KEY, terms(old, stranger).kind());
    }

    @Test
    void terms_of_a_foreign_certificate_and_of_a_same_key_policy_ask_for_the_same_key() {
        Certificate foreign =
                new TestAuthority("CN=Elsewhere,C=TW", clock)
                        .first(HOLDER, newKey(), VALIDITY, TestAuthority.SIGNATURE);
        assertEquals(RenewalTerms.SAME_KEY, terms(foreign, old));
        desk = deskWith(RenewalPolicy.standard());
        assertEquals(RenewalTerms.SAME_KEY, terms(old, old));
    }

    @Test
    void a_same_key_renewal_is_finished_by_whoever_has_the_card() {
        desk = deskWith(RenewalPolicy.standard());
        Certificate certificate = accepted(desk.update(request(id, old.publicKey())));

        RenewalTerms.InFlight found = terms(certificate, certificate).inFlight().orElseThrow();
        assertEquals(new RenewalTerms.InFlight(id, old), found);
        assertEquals(
                certificate,
                accepted(
                        desk.update(
                                new UpdateRequest(
                                        found.id(),
                                        old.id(),
                                        old.subject(),
                                        old.publicKey(),
                                        ProofOfPossession.SIGNATURE,
                                        certificate))),
                "protected by the certificate that the card carries");
        desk.confirm(found.id());
        assertEquals(1, desk.timesRenewed(certificate.id()));
    }

    @Test
    void the_secret_is_text_of_32_characters_and_the_reference_the_renewal_s_id() {
        try (ReKeyPermission permission =
                assertInstanceOf(
                                PermissionOutcome.Granted.class, desk.permission(id, old.id(), old))
                        .permission()) {
            assertEquals(32, permission.secret().length);
            assertArrayEquals(reference(id), permission.reference());
        }
    }

    private RenewalDesk deskWith(RenewalPolicy policy) {
        return deskWith(policy, Optional.empty());
    }

    private RenewalDesk deskWith(RenewalPolicy policy, Optional<KeyAlgorithm> newKey) {
        return new RenewalDesk(
                new RenewalRegister(postgres.database()),
                authority,
                List.of(
                        new IssuerSettings(
                                authority.certificate(),
                                "測試憑證管理中心",
                                "Test CA",
                                policy,
                                newKey,
                                "signature",
                                "encryption")),
                clock,
                random);
    }

    private Certificate first(String subject, int usage) {
        return authority.first(subject, newKey(), VALIDITY, usage);
    }

    private static PublicKey newKey() {
        KeyPair keys = TestAuthority.newKeys();
        return keys.getPublic();
    }

    private UpdateRequest request(RenewalId transaction, PublicKey key) {
        return new UpdateRequest(
                transaction, old.id(), old.subject(), key, ProofOfPossession.SIGNATURE, old);
    }

    private RenewalTerms terms(Certificate certificate, Certificate asker) {
        return desk.terms(List.of(certificate.id()), asker).getFirst();
    }

    /// The secret as text.
    private String granted(RenewalId transaction, Certificate certificate) {
        return secretOf(desk.permission(transaction, certificate.id(), certificate));
    }

    private static String secretOf(PermissionOutcome outcome) {
        try (ReKeyPermission permission =
                assertInstanceOf(PermissionOutcome.Granted.class, outcome, outcome.toString())
                        .permission()) {
            return new String(permission.secret(), StandardCharsets.US_ASCII);
        }
    }

    private String secret(RenewalId transaction, byte[] reference) {
        try (PermittedUpdate update = desk.permitted(transaction, reference).orElseThrow()) {
            assertEquals(id, update.id());
            return new String(update.permission().secret(), StandardCharsets.US_ASCII);
        }
    }

    private static byte[] reference(RenewalId renewal) {
        return renewal.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static int secretsKept() throws SQLException {
        try (Connection connection = postgres.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT count(*) FROM ra.permission WHERE secret IS NOT NULL")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private FailInfo refusedFor(Certificate certificate) {
        return refused(desk.permission(RenewalId.random(random), certificate.id(), certificate))
                .reason();
    }

    private FailInfo refusedFor(UpdateRequest request) {
        return assertInstanceOf(IssueOutcome.Rejection.class, desk.update(request)).reason();
    }

    private static PermissionOutcome.Refused refused(PermissionOutcome outcome) {
        return assertInstanceOf(PermissionOutcome.Refused.class, outcome);
    }

    private static Certificate accepted(IssueOutcome outcome) {
        return assertInstanceOf(IssueOutcome.Accepted.class, outcome, outcome.toString())
                .certificate();
    }
}
