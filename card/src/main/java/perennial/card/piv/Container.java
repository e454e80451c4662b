// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import perennial.card.KeySlot;

/// A place for a key pair on the card and the object that holds its certificate: one of the
/// holder's four slots, or one of the twenty for retired key management keys (SP 800-73-4 part 1,
/// table 3; part 2, table 4).
///
/// @param keyReference one octet
/// @param certificateObject the tag of the certificate's data object, three octets
record Container(int keyReference, int certificateObject) {
    private static final int FIRST_RETIRED_KEY = 0x82;
    private static final int FIRST_RETIRED_OBJECT = 0x5FC10D;
    private static final int RETIRED = 20;

    static Container of(KeySlot slot) {
        return new Container(slot.keyReference(), slot.certificateObject());
    }

    /// The retired ones, lowest first.
    static List<Container> retired() {
        return IntStream.range(0, RETIRED)
                .mapToObj(i -> new Container(FIRST_RETIRED_KEY + i, FIRST_RETIRED_OBJECT + i))
                .toList();
    }

    /// The retired one with this key reference, empty when it is no such.
    static Optional<Container> retired(int keyReference) {
        return retired().stream().filter(c -> c.keyReference == keyReference).findFirst();
    }

    /// From 1 to 20, for a retired one.
    int number() {
        return keyReference - FIRST_RETIRED_KEY + 1;
    }

    @Override
    public String toString() {
        return "%02X".formatted(keyReference);
    }
}
