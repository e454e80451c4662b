// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import perennial.core.certificate.CardNumber;

/// One browser's look at the renewals of one card. It carries no right: it only watches.
///
/// @param token what the browser shows to see it again
/// @param cardNumber as the page read it from the card; nobody has proved it
/// @param created when it was opened
/// @param expires when it ends if nothing has begun by then
public record Visit(VisitToken token, CardNumber cardNumber, Instant created, Instant expires) {}
