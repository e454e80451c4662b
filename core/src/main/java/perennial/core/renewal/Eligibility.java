// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.time.Instant;
import perennial.core.certificate.RevocationReason;

/// Whether a certificate may be renewed now, and if not, why and from when.
public sealed interface Eligibility {
    /// It may, until the instant given.
    record Open(Instant until) implements Eligibility {}

    /// Not before the instant given.
    record TooEarly(Instant from) implements Eligibility {}

    /// Not since the instant given.
    record TooLate(Instant since) implements Eligibility {}

    /// It has been renewed as often as the policy allows.
    record Exhausted(int maxTimes) implements Eligibility {}

    /// The key would outlive what the policy allows a key to live.
    record KeyTooOld(Instant bound) implements Eligibility {}

    record Revoked(Instant time, RevocationReason reason) implements Eligibility {}

    record Suspended(Instant time) implements Eligibility {}

    /// A renewal of it has been finished: its successor is the one to renew.
    record Superseded() implements Eligibility {}

    /// Issued by an authority that this registration authority does not serve.
    record ForeignIssuer() implements Eligibility {}

    /// Its issuer is served here but does not know it.
    record UnknownCertificate() implements Eligibility {}
}
