// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.net.URI;
import java.time.Instant;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.RenewalStep;

/// A renewal in the journal that is not at its end: insert this card and enter the PIN once.
///
/// @param since when it was begun
/// @param registrationAuthority the origin it was begun with
/// @param step where it stopped
public record UnfinishedRenewal(
        CardNumber cardNumber, Instant since, URI registrationAuthority, RenewalStep step) {}
