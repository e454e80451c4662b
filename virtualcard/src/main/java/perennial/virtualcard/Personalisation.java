// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import perennial.card.Pin;
import perennial.core.certificate.CardNumber;

/// What makes a blank card someone's: which card it is, its number and its secrets. The arrays stay
/// the caller's to wipe.
///
/// @param cardNumber 16 decimal digits, the first 16 of the FASC-N
/// @param pin 6 to 8 visible ASCII characters
/// @param puk likewise
public record Personalisation(
        CardNumber cardNumber,
        char[] pin,
        char[] puk,
        ProductGeneration generation,
        ManagementKey managementKey) {
    /// A card of SP 800-73-4 and nothing else, its management key behind the PIN.
    public Personalisation(CardNumber cardNumber, char[] pin, char[] puk) {
        this(cardNumber, pin, puk, ProductGeneration.STANDARD, ManagementKey.BEHIND_PIN);
    }

    public Personalisation {
        if (!cardNumber.value().matches("[0-9]{16}") || cardNumber.value().startsWith("9999")) {
            throw new IllegalArgumentException(
                    "a personalised card's number has 16 digits and does not begin with 9999");
        }
        Pin.of(pin).close();
        Pin.of(puk).close();
        pin = pin.clone();
        puk = puk.clone();
    }

    @Override
    public char[] pin() {
        return pin.clone();
    }

    @Override
    public char[] puk() {
        return puk.clone();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return cardNumber.hashCode();
    }

    @Override
    public String toString() {
        return "Personalisation[%s, %s]".formatted(cardNumber, generation);
    }
}
