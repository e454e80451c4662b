// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.net.URI;
import perennial.card.KeySlot;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.RenewalId;

/// What one renewal is about; written down once, with its first fact.
///
/// @param registrationAuthority the origin it was begun with
public record RenewalSubject(
        RenewalId id, CardNumber cardNumber, KeySlot slot, URI registrationAuthority) {}
