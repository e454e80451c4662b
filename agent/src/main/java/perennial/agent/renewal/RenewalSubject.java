// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.net.URI;
import perennial.card.KeySlot;
import perennial.core.certificate.CardNumber;
import perennial.core.renewal.RenewalId;

/// What one renewal is about; written down once, with its first fact.
///
/// @param registrationAuthority the origin it was begun with, or [#carriedBy]
public record RenewalSubject(
        RenewalId id, CardNumber cardNumber, KeySlot slot, URI registrationAuthority) {
    private static final String CARRIED = "carried";

    /// For a renewal whose certificate a page brought by its own ways: there is nobody whom the
    /// agent could ask, or tell that it is installed.
    ///
    /// @param origin the page's
    static URI carriedBy(URI origin) {
        return URI.create(CARRIED + ":" + origin);
    }

    boolean isCarried() {
        return CARRIED.equals(registrationAuthority.getScheme());
    }
}
