// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import perennial.card.CardException;
import perennial.card.CardReaders;
import perennial.card.CardSession;
import perennial.core.advice.Problem;

/// Opens the card in the reader of a name.
@FunctionalInterface
public interface CardDoor {
    /// @throws CardException NO_READER, NO_CARD and whatever the card does
    /// @throws perennial.agent.AgentException RENEWAL_RUNNING
    CardSession open(String reader);

    /// For a program that is alone with its readers.
    static CardDoor of(CardReaders readers) {
        return name ->
                readers.list().stream()
                        .filter(reader -> reader.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new CardException(Problem.NO_READER, name))
                        .open();
    }
}
