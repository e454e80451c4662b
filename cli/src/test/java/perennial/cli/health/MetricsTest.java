// SPDX-License-Identifier: Apache-2.0
package perennial.cli.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import perennial.ca.audit.AuditLog;
import perennial.ca.health.HealthCheck.Health;
import perennial.ca.health.HealthFinding;
import perennial.ca.health.HealthFinding.OwnCertificate;
import perennial.ca.health.PublishedCrl;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.CertificateId;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.protocol.http.BytesHandler;

class MetricsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final CertificateId CERTIFICATE =
            new CertificateId(new X500Principal("CN=CA"), new SerialNumber(BigInteger.TWO));

    private final AtomicLong nanos = new AtomicLong();
    private Health health =
            new Health(
                    true,
                    Optional.of(new AuditLog.State(true, 2, 7)),
                    List.of(
                            new PublishedCrl(
                                    "issuing",
                                    "issuing.crl",
                                    Optional.of(
                                            new PublishedCrl.Times(
                                                    NOW.minusSeconds(60), NOW.plusSeconds(600))))),
                    List.of(
                            new OwnCertificate(
                                    "issuing", "ocsp", NOW, NOW.plus(Duration.ofDays(30)))),
                    List.of());
    private final Metrics metrics =
            new Metrics(
                    () -> health,
                    Clock.fixed(NOW, ZoneOffset.UTC),
                    () -> nanos.getAndAdd(30_000_000));

    /// Knows nobody, and its database is down when it is asked for the status.
    private static final class Stranger implements CertificationAuthority {
        @Override
        public IssueOutcome issue(CertificationRequest request) {
            throw new AssertionError("not asked");
        }

        @Override
        public RevocationOutcome revoke(RevocationRequest request) {
            return new RevocationOutcome.Refused(
                    FailInfo.badCertId, "not ours", new CertStatus.Unknown());
        }

        @Override
        public CertStatus status(CertificateId certificate) {
            throw new IllegalStateException("down");
        }
    }

    private static BytesHandler.Request get(String path) {
        return new BytesHandler.Request("GET", path, new byte[0]);
    }

    private String text() {
        return new String(metrics.handle(get("")).body(), StandardCharsets.UTF_8);
    }

    private static void assertLine(String text, String line) {
        assertTrue(text.lines().anyMatch(line::equals), line + " in\n" + text);
    }

    @Test
    void calls_and_requests_are_counted_by_outcome_and_timed() {
        CertificationAuthority authority = metrics.measured("issuing", new Stranger());
        authority.revoke(RevocationRequest.of(CERTIFICATE, RevocationReason.SUPERSEDED));
        assertThrows(IllegalStateException.class, () -> authority.status(CERTIFICATE));
        BytesHandler ocsp =
                metrics.measured(
                        "ocsp",
                        _ -> new BytesHandler.Answer(400, "text/plain", Map.of(), new byte[0]));
        ocsp.handle(get("/x"));

        String text = text();

        assertLine(
                text,
                "perennial_authority_calls_total{authority=\"issuing\",call=\"revoke\",outcome=\"badCertId\"}"
                    + " 1.0");
        assertLine(
                text,
                "perennial_authority_calls_total{authority=\"issuing\",call=\"status\",outcome=\"failed\"}"
                    + " 1.0");
        assertLine(text, "perennial_http_requests_total{service=\"ocsp\",status=\"400\"} 1.0");
        assertLine(text, "perennial_http_request_seconds_bucket{service=\"ocsp\",le=\"0.025\"} 0");
        assertLine(text, "perennial_http_request_seconds_bucket{service=\"ocsp\",le=\"0.05\"} 1");
    }

    @Test
    void gauges_are_of_the_moment_of_the_look() {
        String before = text();
        assertLine(
                before,
                "perennial_crl_age_seconds{authority=\"issuing\",crl=\"issuing.crl\"} 60.0");
        assertLine(
                before,
                "perennial_crl_left_seconds{authority=\"issuing\",crl=\"issuing.crl\"} 600.0");
        assertLine(
                before,
                "perennial_certificate_left_days{authority=\"issuing\",certificate=\"ocsp\"} 30.0");
        assertLine(before, "perennial_audit_unanchored 7.0");
        assertLine(before, "perennial_database_up 1.0");

        health =
                new Health(
                        false,
                        health.audit(),
                        List.of(),
                        List.of(),
                        List.of(new HealthFinding.DatabaseDown()));

        String after = text();
        assertLine(after, "perennial_database_up 0.0");
        assertLine(after, "perennial_health_findings{code=\"H01\"} 1.0");
        assertFalse(after.contains("perennial_crl_age_seconds{"), after);
    }

    @Test
    void readiness_is_for_machines_and_says_what_an_operator_should_look_at() {
        HealthHandler handler = new HealthHandler(() -> health);
        assertEquals(200, handler.handle(get("/live")).status());
        assertEquals(200, handler.handle(get("/ready")).status());
        assertEquals(404, handler.handle(get("/")).status());
        health =
                new Health(
                        false,
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(new HealthFinding.DatabaseDown()));

        BytesHandler.Answer answer = handler.handle(get("/ready"));

        assertEquals(503, answer.status());
        assertEquals(
                "{\"ready\":false,\"findings\":[{\"code\":\"H01\",\"text\":\"the database does not"
                        + " answer\"}]}",
                new String(answer.body(), StandardCharsets.UTF_8));
        assertEquals(200, handler.handle(get("/live")).status());
    }
}
