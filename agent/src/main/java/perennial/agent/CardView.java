// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.util.List;
import perennial.card.KeySlot;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;

/// One card as read without a PIN.
///
/// @param triesLeft for the PIN, 0 when it is blocked
/// @param certificates in the order of their slots
/// @param unfinished whether this agent began a renewal of this card that is not at its end
public record CardView(
        String reader,
        CardNumber cardNumber,
        int triesLeft,
        List<SlotCertificate> certificates,
        boolean unfinished) {
    public CardView {
        certificates = List.copyOf(certificates);
    }

    /// A certificate and where on the card it lies.
    public record SlotCertificate(KeySlot slot, Certificate certificate) {}
}
