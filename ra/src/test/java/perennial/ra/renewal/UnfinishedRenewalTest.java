// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.ProofOfPossession;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.Validity;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalPolicy;
import perennial.core.renewal.Ticket;
import perennial.protocol.cmp.UpdateRequest;
import perennial.ra.MovableClock;
import perennial.ra.TestAuthority;
import perennial.ra.TestRegister;

/// What a first computer has written to the card and not confirmed, a page on any other finishes.
class UnfinishedRenewalTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Validity VALIDITY =
            new Validity(NOW.minus(Duration.ofDays(345)), NOW.plus(Duration.ofDays(20)));
    private static final String HOLDER = "CN=王小明,SERIALNUMBER=0000000112345678,C=TW";
    private static final CardNumber CARD = new CardNumber("0088000000000001");
    private static TestRegister postgres;

    private final SecureRandom random = new SecureRandom();
    private final MovableClock clock = new MovableClock(NOW);
    private final TestAuthority authority = new TestAuthority("CN=Test CA,C=TW", clock);
    private final Certificate old = first(TestAuthority.SIGNATURE);
    private final Certificate second = first(TestAuthority.ENCRYPTION);
    private final RenewalId id = RenewalId.random(random);

    @BeforeAll
    static void start() throws IOException {
        postgres = new TestRegister();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        try (Connection connection = postgres.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE ra.lineage, ra.visit CASCADE");
        }
    }

    @ParameterizedTest
    @EnumSource(RenewalKind.class)
    void a_certificate_that_nobody_confirmed_is_to_be_finished_beside_one_to_be_renewed(
            RenewalKind kind) {
        RenewalDesk desk = desk(kind, new RenewalRegister(postgres.database()));
        Certificate fresh = accepted(desk.update(request(id, kind)));

        CardStatus status = desk.check(CARD, List.of(fresh, second));
        assertTrue(status.unfinished());
        assertTrue(status.renewable());
        CertificateStanding standing = status.certificates().getFirst();
        assertTrue(standing.unfinished());
        assertFalse(standing.renewable());
        assertInstanceOf(Eligibility.TooEarly.class, standing.eligibility());
        assertFalse(status.certificates().getLast().unfinished());

        Visit visit = desk.visit(CARD);
        Ticket ticket = desk.open(visit, List.of(fresh, second)).orElseThrow();
        assertEquals(Optional.of(id), ticket.idFor(fresh.serialNumber()));
        assertTrue(ticket.idFor(second.serialNumber()).isPresent());
        assertEquals(2, ticket.entries().size());
        List<VisitProgress.Item> watched =
                desk.progress(visit.token()).orElseThrow().certificates();
        assertEquals(new Renewal.Uninstalled(old, fresh), watched.getFirst().renewal());
        assertInstanceOf(Renewal.Pending.class, watched.getLast().renewal());

        desk.confirm(id);
        assertInstanceOf(
                Renewal.Done.class,
                desk.progress(visit.token()).orElseThrow().certificates().getFirst().renewal());
        assertFalse(desk.check(CARD, List.of(fresh)).unfinished());
        assertEquals(Optional.empty(), desk.open(desk.visit(CARD), List.of(fresh)));
        assertEquals(1, desk.timesRenewed(fresh.id()));
    }

    @Test
    void old_and_new_certificate_of_one_renewal_are_one_entry() {
        RenewalDesk desk = desk(RenewalKind.RENEWAL, new RenewalRegister(postgres.database()));
        Certificate fresh = accepted(desk.update(request(id, RenewalKind.RENEWAL)));
        Visit visit = desk.visit(CARD);
        assertEquals(
                List.of(new Ticket.Entry(id, fresh.serialNumber())),
                desk.open(visit, List.of(fresh, old)).orElseThrow().entries());
        assertEquals(
                List.of(new Ticket.Entry(id, old.serialNumber())),
                desk.open(desk.visit(CARD), List.of(old, fresh)).orElseThrow().entries(),
                "the first that is presented, whichever the register locks first");
        assertEquals(1, desk.progress(visit.token()).orElseThrow().certificates().size());
    }

    /// It may be near its own end before anyone looks again.
    @Test
    void what_is_to_be_finished_is_not_renewed_before() {
        RenewalDesk desk = desk(RenewalKind.RENEWAL, new RenewalRegister(postgres.database()));
        Certificate fresh = accepted(desk.update(request(id, RenewalKind.RENEWAL)));
        clock.set(fresh.validity().notAfter().minus(Duration.ofDays(1)));
        CardStatus status = desk.check(CARD, List.of(fresh));
        assertTrue(status.unfinished());
        assertFalse(status.renewable());
        assertEquals(
                List.of(new Ticket.Entry(id, fresh.serialNumber())),
                desk.open(desk.visit(CARD), List.of(fresh)).orElseThrow().entries());
    }

    @Test
    void a_certificate_that_was_rejected_or_taken_back_is_not_to_be_finished() {
        RenewalDesk desk = desk(RenewalKind.RENEWAL, new RenewalRegister(postgres.database()));
        Certificate rejected = accepted(desk.update(request(id, RenewalKind.RENEWAL)));
        desk.reject(id, "wrong name");
        assertFalse(desk.check(CARD, List.of(rejected)).unfinished());

        RenewalId again = RenewalId.random(random);
        Certificate better = accepted(desk.update(request(again, RenewalKind.RENEWAL)));
        assertFalse(desk.check(CARD, List.of(rejected)).unfinished(), "the other one is");
        assertTrue(desk.check(CARD, List.of(better)).unfinished());
        assertEquals(Optional.empty(), desk.open(desk.visit(CARD), List.of(rejected)));

        authority.revoke(better.id(), RevocationReason.CERTIFICATE_HOLD);
        assertFalse(desk.check(CARD, List.of(better)).unfinished());
        assertEquals(Optional.empty(), desk.open(desk.visit(CARD), List.of(better)));
    }

    @Test
    void a_permission_that_nobody_uses_is_taken_back_and_may_be_given_anew() {
        Duration kept = Duration.ofDays(3);
        RenewalDesk desk = desk(RenewalKind.RE_KEY, new RenewalRegister(postgres.database(), kept));
        byte[] given = granted(desk);
        Optional<Ticket> _ = desk.open(desk.visit(CARD), List.of(second));
        assertEquals(1, permissions(), "others are opened, it stays");

        clock.set(NOW.plus(kept).plusMillis(1));
        Optional<Ticket> _ = desk.open(desk.visit(CARD), List.of(second));
        assertEquals(0, permissions());
        assertEquals(Optional.empty(), desk.permitted(id, id.toString().getBytes(US_ASCII)));

        assertFalse(Arrays.equals(given, granted(desk)), "another secret");
        assertInstanceOf(IssueOutcome.Accepted.class, desk.update(request(id, RenewalKind.RE_KEY)));
    }

    @Test
    void a_permission_that_was_used_stays_until_the_renewal_ends() {
        Duration kept = Duration.ofDays(3);
        RenewalDesk desk = desk(RenewalKind.RE_KEY, new RenewalRegister(postgres.database(), kept));
        byte[] given = granted(desk);
        Certificate fresh = accepted(desk.update(request(id, RenewalKind.RE_KEY)));
        clock.set(NOW.plus(kept.multipliedBy(5)));
        Optional<Ticket> _ = desk.open(desk.visit(CARD), List.of(fresh));
        assertEquals(1, permissions());
        assertArrayEquals(given, granted(desk));
    }

    private byte[] granted(RenewalDesk desk) {
        try (ReKeyPermission permission =
                assertInstanceOf(
                                PermissionOutcome.Granted.class, desk.permission(id, old.id(), old))
                        .permission()) {
            return permission.secret().clone();
        }
    }

    private static int permissions() {
        try (Connection connection = postgres.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM ra.permission")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private RenewalDesk desk(RenewalKind kind, RenewalRegister register) {
        RenewalPolicy policy =
                new RenewalPolicy(kind, Duration.ofDays(30), Duration.ZERO, 9, Period.ofYears(10));
        return new RenewalDesk(
                register,
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

    private Certificate first(int usage) {
        return authority.first(HOLDER, TestAuthority.newKeys().getPublic(), VALIDITY, usage);
    }

    private UpdateRequest request(RenewalId transaction, RenewalKind kind) {
        PublicKey key =
                kind == RenewalKind.RENEWAL ? old.publicKey() : TestAuthority.newKeys().getPublic();
        return new UpdateRequest(
                transaction, old.id(), old.subject(), key, ProofOfPossession.SIGNATURE, old);
    }

    private static Certificate accepted(IssueOutcome outcome) {
        return assertInstanceOf(IssueOutcome.Accepted.class, outcome, outcome.toString())
                .certificate();
    }
}
