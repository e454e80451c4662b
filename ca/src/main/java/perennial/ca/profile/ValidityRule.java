// SPDX-License-Identifier: Apache-2.0
package perennial.ca.profile;

import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import perennial.ca.CertificateProfile;
import perennial.ca.CertificateProfile.NotAfterRule;
import perennial.ca.CertificateProfile.NotBeforeRule;
import perennial.core.certificate.Validity;

/// How long a new certificate lives. Both ends of a validity are inside (RFC 5280 4.1.2.5), so a
/// lifetime of five years from 2026-01-01T00:00:00Z ends at 2030-12-31T23:59:59Z; counting from an
/// old certificate starts in the second after its end. Calendar arithmetic is in UTC; 29 February
/// plus years gives 28 February.
public final class ValidityRule {
    private ValidityRule() {}

    /// @param old the validity of the certificate that is renewed, absent for a first one
    /// @param requestedEnd an earlier notAfter that is asked for; a later one is not granted
    /// @param issuer the issuing authority's validity, whose end is never exceeded
    /// @return empty when nothing would be left of it
    public static Optional<Validity> validity(
            CertificateProfile profile,
            Instant issue,
            Optional<Validity> old,
            Optional<Instant> requestedEnd,
            Validity issuer) {
        Instant now = issue.truncatedTo(ChronoUnit.SECONDS);
        Instant begin =
                profile.lifetimes().notBefore() == NotBeforeRule.CARRY_OVER
                        ? old.map(Validity::notBefore).orElse(now)
                        : now;
        Instant end = earlier(profileEnd(profile, now, old), issuer.notAfter());
        if (requestedEnd.isPresent()) {
            end = earlier(end, requestedEnd.get().truncatedTo(ChronoUnit.SECONDS));
        }
        return end.isBefore(begin) || end.isBefore(now)
                ? Optional.empty()
                : Optional.of(new Validity(begin, end));
    }

    private static Instant profileEnd(
            CertificateProfile profile, Instant now, Optional<Validity> old) {
        if (old.isEmpty()) {
            return end(now, profile.lifetimes().first());
        }
        return profile.lifetimes().notAfter() == NotAfterRule.FROM_OLD_EXPIRY
                ? end(old.get().notAfter().plusSeconds(1), profile.lifetimes().renewal())
                : end(now, profile.lifetimes().renewal());
    }

    private static Instant end(Instant first, Period lifetime) {
        return first.atOffset(ZoneOffset.UTC).plus(lifetime).toInstant().minusSeconds(1);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
