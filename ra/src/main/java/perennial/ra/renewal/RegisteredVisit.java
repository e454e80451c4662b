// SPDX-License-Identifier: Apache-2.0
package perennial.ra.renewal;

import java.time.Instant;
import java.util.List;
import perennial.core.certificate.CardNumber;

/// A visit as the register has it: without its token.
record RegisteredVisit(CardNumber cardNumber, Instant expires, List<RegisteredRenewal> renewals) {
    RegisteredVisit {
        renewals = List.copyOf(renewals);
    }
}
