// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import perennial.virtualcard.ChipCard;
import perennial.virtualcard.Faults;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.Pkcs15Card;
import perennial.virtualcard.VirtualCard;

/// The virtual cards that `perennial virtual-card` has.
enum CardKind {
    PIV {
        @Override
        Inserted open(Path file, SecureRandom random) throws IOException {
            VirtualCard card = VirtualCard.open(file, random);
            return new Inserted(card, card.faults());
        }

        @Override
        Inserted create(Path file, Personalisation personalisation, SecureRandom random)
                throws IOException {
            VirtualCard card = VirtualCard.create(file, personalisation, random);
            return new Inserted(card, card.faults());
        }
    },
    PKCS15 {
        @Override
        Inserted open(Path file, SecureRandom random) throws IOException {
            Pkcs15Card card = Pkcs15Card.open(file, random);
            return new Inserted(card, card.faults());
        }

        @Override
        Inserted create(Path file, Personalisation personalisation, SecureRandom random)
                throws IOException {
            Pkcs15Card card = Pkcs15Card.create(file, personalisation, random);
            return new Inserted(card, card.faults());
        }
    };

    /// The card that a file keeps.
    abstract Inserted open(Path file, SecureRandom random) throws IOException;

    /// A card without keys and certificates, kept in a new file.
    abstract Inserted create(Path file, Personalisation personalisation, SecureRandom random)
            throws IOException;

    /// A card as a reader takes it, and what can happen to it there.
    record Inserted(ChipCard card, Faults faults) {}
}
