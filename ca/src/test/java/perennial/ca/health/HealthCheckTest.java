// SPDX-License-Identifier: Apache-2.0
package perennial.ca.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;
import perennial.ca.audit.AuditLog;
import perennial.ca.health.HealthFinding.OwnCertificate;

class HealthCheckTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    /// Nobody listens there.
    private static PGSimpleDataSource deadDatabase() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setPortNumbers(new int[] {1});
        source.setConnectTimeout(1);
        return source;
    }

    private static HealthCheck check(
            AuditLog.State audit, List<OwnCertificate> certificates, Instant now) {
        return new HealthCheck(
                new HealthCheck.Sources(
                        deadDatabase(),
                        () -> Optional.of(audit),
                        () -> {
                            throw new AssertionError("not asked while the database is down");
                        },
                        () -> certificates),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private static List<String> codes(HealthCheck check) {
        return check.look().findings().stream().map(HealthFinding::code).toList();
    }

    @Test
    void a_dead_database_and_a_full_audit_disk_are_said_and_only_the_first_sends_requests_away() {
        HealthCheck check = check(new AuditLog.State(false, 3, 20_000), List.of(), START);

        assertEquals(List.of("H01", "H02", "H03"), codes(check));
        assertFalse(check.look().isReady());
        assertTrue(
                new HealthCheck.Health(
                                true,
                                check.look().audit(),
                                List.of(),
                                List.of(),
                                check.look().findings())
                        .isReady());
    }

    @ParameterizedTest(name = "{0} days into a life of {1}: {2}")
    @CsvSource({
        "1,30,''",
        "22,30,''",
        "23,30,H06",
        "30,30,H07",
        "5000,5475,''",
        "5380,5475,''",
        "5386,5475,H06",
        "5475,5475,H07"
    })
    void c14_own_certificates_raise_an_alarm_before_they_end(int day, int life, String code) {
        OwnCertificate own =
                new OwnCertificate(
                        "issuing", "ocsp-responder", START, START.plus(Duration.ofDays(life)));
        HealthCheck check =
                check(
                        new AuditLog.State(true, 0, 0),
                        List.of(own),
                        START.plus(Duration.ofDays(day)));

        assertEquals(Stream.of("H01", code).filter(c -> !c.isEmpty()).toList(), codes(check));
    }

    @ParameterizedTest(name = "{0} hours into a life of 24: late {1}, expired {2}")
    @CsvSource({"0,false,false", "18,false,false", "19,true,false", "24,true,true"})
    void c8_a_crl_that_grows_old_is_seen_before_it_expires(
            int hours, boolean late, boolean expired) {
        PublishedCrl crl =
                new PublishedCrl(
                        "issuing",
                        "issuing.crl",
                        Optional.of(
                                new PublishedCrl.Times(START, START.plus(Duration.ofHours(24)))));
        Instant now = START.plus(Duration.ofHours(hours));

        assertEquals(late, crl.isLate(now));
        assertEquals(expired, crl.isExpired(now));
        assertTrue(new PublishedCrl("issuing", "none.crl", Optional.empty()).isExpired(now));
    }
}
