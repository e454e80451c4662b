// SPDX-License-Identifier: Apache-2.0
package perennial.cli.health;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import perennial.ca.audit.AuditLog;
import perennial.ca.health.HealthCheck.Health;
import perennial.ca.health.HealthFinding.OwnCertificate;
import perennial.ca.health.PublishedCrl;

/// One look at the authority's health, as gauges.
final class HealthGauges {
    private final Supplier<Health> health;
    private final Clock clock;
    private final Gauge databaseUp;
    private final Gauge auditWritable;
    private final Gauge auditWaiting;
    private final Gauge auditUnanchored;
    private final Gauge crlAge;
    private final Gauge crlLeft;
    private final Gauge certificateLeft;
    private final Gauge findings;

    HealthGauges(PrometheusRegistry registry, Supplier<Health> health, Clock clock) {
        this.health = health;
        this.clock = clock;
        this.databaseUp =
                gauge("perennial_database_up", "1 when the database answers").register(registry);
        this.auditWritable =
                gauge("perennial_audit_writable", "1 when the audit log takes records")
                        .register(registry);
        this.auditWaiting =
                gauge("perennial_audit_waiting", "Audit events that are not on the disk yet")
                        .register(registry);
        this.auditUnanchored =
                gauge(
                                "perennial_audit_unanchored",
                                "Audit records that the database does not know of yet")
                        .register(registry);
        this.crlAge =
                gauge("perennial_crl_age_seconds", "Since the CRL's thisUpdate")
                        .labelNames("authority", "crl")
                        .register(registry);
        this.crlLeft =
                gauge("perennial_crl_left_seconds", "Until the CRL's nextUpdate")
                        .labelNames("authority", "crl")
                        .register(registry);
        this.certificateLeft =
                gauge("perennial_certificate_left_days", "Until an own certificate ends")
                        .labelNames("authority", "certificate")
                        .register(registry);
        this.findings =
                gauge("perennial_health_findings", "What an operator should look at")
                        .labelNames("code")
                        .register(registry);
    }

    /// Looks and sets all of them; what is gone leaves no gauge behind.
    void take() {
        Health now = health.get();
        databaseUp.set(now.databaseUp() ? 1 : 0);
        now.audit().ifPresent(this::take);
        crlAge.clear();
        crlLeft.clear();
        now.crls().forEach(this::take);
        certificateLeft.clear();
        now.certificates().forEach(this::take);
        findings.clear();
        now.findings().forEach(finding -> findings.labelValues(finding.code()).inc());
    }

    private void take(AuditLog.State audit) {
        auditWritable.set(audit.writable() ? 1 : 0);
        auditWaiting.set((double) audit.waiting());
        auditUnanchored.set((double) audit.unanchored());
    }

    private void take(PublishedCrl crl) {
        crl.times()
                .ifPresent(times -> {
                    crlAge.labelValues(crl.authority(), crl.name())
                            .set(-secondsUntil(times.thisUpdate()));
                    crlLeft.labelValues(crl.authority(), crl.name())
                            .set(secondsUntil(times.nextUpdate()));
                });
    }

    private void take(OwnCertificate own) {
        certificateLeft
                .labelValues(own.authority(), own.name())
                .set(secondsUntil(own.notAfter()) / Duration.ofDays(1).toSeconds());
    }

    private double secondsUntil(Instant time) {
        return Duration.between(clock.instant(), time).toMillis() / 1e3;
    }

    private static Gauge.Builder gauge(String name, String help) {
        return Gauge.builder().name(name).help(help);
    }
}
