// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import perennial.card.Pin;

/// The parts of one session, for those who change the card.
final class PivCard {
    private final PivApplication application;
    private final PinGate gate;
    private final CardManagement management;
    private final DataObjects objects;
    private final CardKeys keys;
    private @Nullable CardProduct product;

    PivCard(PivApplication application, SecureRandom random) {
        this.application = application;
        this.gate = new PinGate(application);
        this.management = new CardManagement(application, this::product, random);
        this.objects = new DataObjects(application);
        this.keys = new CardKeys(application, gate, random);
    }

    PinGate gate() {
        return gate;
    }

    CardManagement management() {
        return management;
    }

    DataObjects objects() {
        return objects;
    }

    CardKeys keys() {
        return keys;
    }

    /// Asked for once a session, and only when somebody wants to know.
    CardProduct product() {
        CardProduct known = product;
        if (known == null) {
            known = CardProduct.of(application);
            product = known;
        }
        return known;
    }

    /// @throws IllegalStateException when no PIN was verified
    /// @throws perennial.card.CardException SECOND_SECRET_NEEDED, CARD_NOT_WRITABLE
    void prepareToWrite() {
        Pin _ = gate.verified();
        management.authenticate();
    }
}
