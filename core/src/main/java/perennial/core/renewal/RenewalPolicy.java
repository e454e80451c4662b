// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import perennial.core.certificate.Validity;

/// When and how often the certificates of one authority may be renewed; from its certification
/// practice statement.
///
/// @param kind renewal with the same key or re-key
/// @param opens how long before expiry the window opens; not negative
/// @param closes how long after expiry it closes; zero for "not after expiry"
/// @param maxTimes how many renewals one lineage may have
/// @param keyLife how long a private key may be used, counted from the lineage's first notBefore,
///   UTC
public record RenewalPolicy(
        RenewalKind kind, Duration opens, Duration closes, int maxTimes, Period keyLife) {
    public RenewalPolicy {
        if (opens.isNegative() || closes.isNegative() || maxTimes < 0) {
            throw new IllegalArgumentException("window and count must not be negative");
        }
    }

    /// The default of this project: same key, 30 days before expiry, not after it, at most 10 years
    /// on one key.
    public static RenewalPolicy standard() {
        return new RenewalPolicy(
                RenewalKind.RENEWAL, Duration.ofDays(30), Duration.ZERO, 1_000, Period.ofYears(10));
    }

    /// The policy's answer for a certificate that is neither revoked nor superseded.
    ///
    /// Both ends of the window lie inside it, as both ends of a validity do.
    ///
    /// @param current the certificate's validity
    /// @param keySince when the key's use began
    /// @param timesRenewed renewals of the lineage so far
    public Eligibility eligibility(
            Validity current, Instant keySince, int timesRenewed, Instant now) {
        Instant from = current.notAfter().minus(opens);
        Instant until = current.notAfter().plus(closes);
        if (timesRenewed >= maxTimes) {
            return new Eligibility.Exhausted(maxTimes);
        }
        Instant keyEnd = keySince.atOffset(ZoneOffset.UTC).plus(keyLife).toInstant();
        if (kind == RenewalKind.RENEWAL && !current.notAfter().isBefore(keyEnd)) {
            return new Eligibility.KeyTooOld(keyEnd);
        }
        if (now.isBefore(from)) {
            return new Eligibility.TooEarly(from);
        }
        return now.isAfter(until) ? new Eligibility.TooLate(until) : new Eligibility.Open(until);
    }
}
