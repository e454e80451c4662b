// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import perennial.card.CardAbilities;
import perennial.card.KeySlot;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.Validity;
import perennial.core.crypto.KeyAlgorithm;

/// Everything that a card tells without its PIN.
///
/// @param atr the answer to reset in upper-case hexadecimal, where the reader tells it
/// @param pinTriesLeft 0 when the PIN is blocked
/// @param pukTriesLeft where the card tells
/// @param seenAt by this computer's clock, which the states of the certificates go by
/// @param keys in the order of their slots; those with a certificate
public record CardSheet(
        String reader,
        Optional<String> atr,
        CardNumber cardNumber,
        int pinTriesLeft,
        Optional<Integer> pukTriesLeft,
        CardAbilities abilities,
        Instant seenAt,
        List<CertifiedKey> keys) {
    public CardSheet {
        keys = List.copyOf(keys);
    }

    /// A certificate by the computer's clock alone. Whether it was revoked only its authority
    /// knows.
    public enum State {
        VALID,
        NOT_YET_VALID,
        EXPIRED;

        static State of(Validity validity, Instant now) {
            if (validity.contains(now)) {
                return VALID;
            }
            return now.isBefore(validity.notBefore()) ? NOT_YET_VALID : EXPIRED;
        }
    }

    /// A key and its certificate.
    ///
    /// @param algorithm empty for a kind of key that cards of ours do not make
    public record CertifiedKey(
            KeySlot slot, Optional<KeyAlgorithm> algorithm, Certificate certificate, State state) {}
}
