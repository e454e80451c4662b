// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import java.time.Instant;
import perennial.core.certificate.Validity;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.Renewal;

/// The word by which the API names how a certificate, or its renewal, stands.
enum State {
    RENEWABLE,
    /// Past its end, within the time that the policy gives.
    RENEWABLE_EXPIRED,
    TOO_EARLY,
    /// Valid, and no renewal will be possible.
    VALID,
    EXPIRED,
    SUSPENDED,
    REVOKED,
    SUPERSEDED,
    FOREIGN,
    UNKNOWN,

    REQUESTED,
    ISSUED,
    CONFIRMED,
    REFUSED;

    static State of(Eligibility eligibility, Validity validity, Instant now) {
        return switch (eligibility) {
            case Eligibility.Open _ -> validity.contains(now) ? RENEWABLE : RENEWABLE_EXPIRED;
            case Eligibility.TooEarly _ -> TOO_EARLY;
            case Eligibility.TooLate _ -> EXPIRED;
            case Eligibility.Exhausted _, Eligibility.KeyTooOld _ ->
                    validity.contains(now) ? VALID : EXPIRED;
            case Eligibility.Revoked _ -> REVOKED;
            case Eligibility.Suspended _ -> SUSPENDED;
            case Eligibility.Superseded _ -> SUPERSEDED;
            case Eligibility.ForeignIssuer _ -> FOREIGN;
            case Eligibility.UnknownCertificate _ -> UNKNOWN;
        };
    }

    static State of(Renewal renewal) {
        return switch (renewal) {
            case Renewal.Invited _, Renewal.Pending _, Renewal.Ready _, Renewal.Keyed _ ->
                    REQUESTED;
            case Renewal.Uninstalled _, Renewal.Unconfirmed _ -> ISSUED;
            case Renewal.Done _ -> CONFIRMED;
            case Renewal.Refused _ -> REFUSED;
        };
    }
}
