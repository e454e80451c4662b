// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static perennial.ca.Authorities.accepted;
import static perennial.ca.Authorities.first;
import static perennial.ca.Authorities.key;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.core.authority.FailInfo;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationOutcome.Done;
import perennial.core.authority.RevocationOutcome.Refused;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;

class RevocationTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir Path folder;
    private final TickingClock clock = new TickingClock(START);
    private LocalCa ca;
    private CertificateId id;

    @BeforeEach
    void open() {
        ca = Authorities.open(folder, TestDatabase.fresh(), clock);
        id = accepted(ca.issue(first(1, key(1)))).id();
    }

    private RevocationOutcome ask(RevocationReason reason) {
        return ca.revoke(RevocationRequest.of(id, reason));
    }

    private RevocationOutcome ask(RevocationReason reason, Instant invalidityDate) {
        return ca.revoke(new RevocationRequest(id, reason, Optional.of(invalidityDate)));
    }

    private static FailInfo refusal(RevocationOutcome outcome) {
        return assertInstanceOf(Refused.class, outcome).reason();
    }

    private static Done revoked(Instant time, RevocationReason reason) {
        return new Done(new CertStatus.Revoked(time, reason));
    }

    @Test
    void c9_only_what_is_suspended_is_resumed_and_a_repeat_is_answered_alike() {
        Done good = new Done(new CertStatus.Good());
        assertEquals(good, ask(RevocationReason.REMOVE_FROM_CRL));
        assertEquals(
                revoked(START, RevocationReason.CERTIFICATE_HOLD),
                ask(RevocationReason.CERTIFICATE_HOLD));
        clock.advance(Duration.ofHours(1));
        assertEquals(
                revoked(START, RevocationReason.CERTIFICATE_HOLD),
                ask(RevocationReason.CERTIFICATE_HOLD));
        assertEquals(good, ask(RevocationReason.REMOVE_FROM_CRL));
        assertEquals(good, ask(RevocationReason.REMOVE_FROM_CRL));

        ask(RevocationReason.SUPERSEDED);
        assertEquals(FailInfo.certRevoked, refusal(ask(RevocationReason.REMOVE_FROM_CRL)));
        assertEquals(FailInfo.certRevoked, refusal(ask(RevocationReason.CERTIFICATE_HOLD)));
        assertEquals(
                revoked(START.plus(Duration.ofHours(1)), RevocationReason.SUPERSEDED),
                ask(RevocationReason.SUPERSEDED));
    }

    @ParameterizedTest
    @EnumSource(
            value = RevocationReason.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CERTIFICATE_HOLD", "REMOVE_FROM_CRL", "KEY_COMPROMISE"})
    void c9_any_reason_becomes_key_compromise_at_the_same_time_and_never_back(
            RevocationReason reason) {
        ask(reason);
        clock.advance(Duration.ofDays(1));
        Done compromised = revoked(START, RevocationReason.KEY_COMPROMISE);

        assertEquals(compromised, ask(RevocationReason.KEY_COMPROMISE));
        assertEquals(FailInfo.certRevoked, refusal(ask(reason)));
        assertEquals(compromised.status(), ca.status(id));
    }

    @Test
    void c9_what_has_expired_is_revoked_but_not_suspended() {
        clock.advance(Duration.ofDays(6 * 366));

        assertEquals(FailInfo.badRequest, refusal(ask(RevocationReason.CERTIFICATE_HOLD)));
        assertEquals(new CertStatus.Good(), ca.status(id));
        assertEquals(
                revoked(clock.instant(), RevocationReason.KEY_COMPROMISE),
                ask(RevocationReason.KEY_COMPROMISE));
    }

    @Test
    void c9_of_a_resumption_and_a_revocation_at_once_the_revocation_stays() throws Exception {
        for (int round = 2; round < 22; round++) {
            CertificateId held = accepted(ca.issue(first(round, key(round)))).id();
            ca.revoke(held, RevocationReason.CERTIFICATE_HOLD);
            List<Callable<CertStatus>> both =
                    List.of(
                            () -> ca.revoke(held, RevocationReason.REMOVE_FROM_CRL),
                            () -> ca.revoke(held, RevocationReason.KEY_COMPROMISE));
            try (var threads = Executors.newFixedThreadPool(2)) {
                for (Future<CertStatus> done : threads.invokeAll(both)) {
                    done.get();
                }
            }
            assertEquals(
                    new CertStatus.Revoked(START, RevocationReason.KEY_COMPROMISE),
                    ca.status(held));
        }
    }

    @Test
    void an_invalidity_date_lies_in_the_past_and_belongs_to_no_resumption() {
        assertEquals(
                FailInfo.badRequest,
                refusal(ask(RevocationReason.KEY_COMPROMISE, START.plusSeconds(1))));
        assertEquals(new CertStatus.Good(), ca.status(id));
        assertEquals(
                revoked(START, RevocationReason.KEY_COMPROMISE),
                ask(RevocationReason.KEY_COMPROMISE, START.minusSeconds(9)));
        assertThrows(
                IllegalArgumentException.class, () -> ask(RevocationReason.REMOVE_FROM_CRL, START));
    }

    @Test
    void what_was_not_issued_here_is_not_revoked() {
        CertificateId never =
                new CertificateId(
                        id.issuer(),
                        new perennial.core.certificate.SerialNumber(java.math.BigInteger.TWO));

        assertEquals(
                FailInfo.badCertId,
                refusal(ca.revoke(RevocationRequest.of(never, RevocationReason.SUPERSEDED))));
    }
}
