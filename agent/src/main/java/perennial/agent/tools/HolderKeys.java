// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// Which of a card's keys is meant where nobody names one.
public final class HolderKeys {
    private HolderKeys() {}

    /// The signature key, or the authentication key of a card that has no other.
    public static KeySlot signing(CardSession session) {
        return session.certificate(KeySlot.DIGITAL_SIGNATURE).isPresent()
                ? KeySlot.DIGITAL_SIGNATURE
                : KeySlot.AUTHENTICATION;
    }

    /// The certificate of a slot that has to have one.
    ///
    /// @throws CardException NO_CERTIFICATE
    public static Certificate certificate(CardSession session, KeySlot slot) {
        return session.certificate(slot)
                .orElseThrow(() ->
                        new CardException(Problem.NO_CERTIFICATE, "no certificate in " + slot));
    }
}
