// SPDX-License-Identifier: Apache-2.0
package perennial.ca.health;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import perennial.ca.audit.AuditLog;
import perennial.ca.health.HealthFinding.OwnCertificate;

/// Looks at everything whose failure comes slowly or is not noticed from outside.
public final class HealthCheck {
    /// What an own certificate has left when somebody must look after it: those that renew
    /// themselves do so at half of their life.
    private static final double LAST_PART_OF_LIFE = 0.25;

    private static final Duration ENOUGH = Duration.ofDays(90);
    private static final long ANCHOR_BACKLOG = 10_000;
    private static final int SECONDS_TO_ANSWER = 3;

    private final Sources sources;
    private final Clock clock;

    public HealthCheck(Sources sources, Clock clock) {
        this.sources = sources;
        this.clock = clock;
    }

    /// Where what is looked at comes from; each is asked anew.
    public record Sources(
            DataSource database,
            Supplier<Optional<AuditLog.State>> audit,
            Supplier<List<PublishedCrl>> crls,
            Supplier<List<OwnCertificate>> certificates) {}

    /// What was seen in one look.
    public record Health(
            boolean databaseUp,
            Optional<AuditLog.State> audit,
            List<PublishedCrl> crls,
            List<OwnCertificate> certificates,
            List<HealthFinding> findings) {
        public Health {
            crls = List.copyOf(crls);
            certificates = List.copyOf(certificates);
            findings = List.copyOf(findings);
        }

        /// Whether requests are worth sending here. While the audit log is full they are: status
        /// must go on.
        public boolean isReady() {
            return databaseUp;
        }
    }

    public Health look() {
        Instant now = clock.instant();
        boolean up = databaseUp();
        Optional<AuditLog.State> audit = sources.audit().get();
        List<PublishedCrl> crls = up ? sources.crls().get() : List.of();
        List<OwnCertificate> certificates = sources.certificates().get();
        List<HealthFinding> findings = new ArrayList<>();
        if (!up) {
            findings.add(new HealthFinding.DatabaseDown());
        }
        audit.filter(state -> !state.writable())
                .ifPresent(
                        state -> findings.add(new HealthFinding.AuditNotWritable(state.waiting())));
        audit.filter(state -> state.unanchored() > ANCHOR_BACKLOG)
                .ifPresent(state ->
                        findings.add(new HealthFinding.AuditUnanchored(state.unanchored())));
        crls.forEach(crl -> of(crl, now).ifPresent(findings::add));
        certificates.forEach(own -> of(own, now).ifPresent(findings::add));
        return new Health(up, audit, crls, certificates, findings);
    }

    private static Optional<HealthFinding> of(PublishedCrl crl, Instant now) {
        if (crl.isExpired(now)) {
            return Optional.of(new HealthFinding.CrlExpired(crl));
        }
        return crl.isLate(now) ? Optional.of(new HealthFinding.CrlLate(crl)) : Optional.empty();
    }

    private static Optional<HealthFinding> of(OwnCertificate own, Instant now) {
        if (!now.isBefore(own.notAfter())) {
            return Optional.of(new HealthFinding.CertificateExpired(own));
        }
        Duration left = Duration.between(now, own.notAfter());
        Duration life = Duration.between(own.notBefore(), own.notAfter());
        boolean soon =
                left.toSeconds() < LAST_PART_OF_LIFE * life.toSeconds()
                        && left.compareTo(ENOUGH) < 0;
        return soon ? Optional.of(new HealthFinding.CertificateExpiring(own)) : Optional.empty();
    }

    private boolean databaseUp() {
        try (Connection connection = sources.database().getConnection()) {
            return connection.isValid(SECONDS_TO_ANSWER);
        } catch (SQLException e) {
            return false;
        }
    }
}
