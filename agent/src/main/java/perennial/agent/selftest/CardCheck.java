// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Surroundings.Cards;
import perennial.card.CardReader;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// Does the card answer, is it one of ours, and the one that the holder saw? Reads what it tells
/// without its PIN.
final class CardCheck implements Check {
    @Override
    public Topic topic() {
        return Topic.CARD;
    }

    @Override
    public Set<Topic> needs() {
        return Set.of(Topic.READERS);
    }

    /// What the card does not do throws NO_CARD, CARD_MUTE, CARD_NOT_SUPPORTED, CARD_IN_USE and so
    /// on.
    @Override
    public Finding look(Examination examination) {
        Cards cards = examination.surroundings().cards();
        String name = examination.reader();
        Fact reader = ReadersCheck.fact(name, cards.modules());
        if (!hasCard(cards, name)) {
            return Finding.Failed.with(Problem.NO_CARD, reader);
        }
        CardSession session = cards.door().open(name);
        examination.opened(session);
        List<Fact> seen = new ArrayList<>();
        seen.add(reader);
        seen.add(new Fact(Label.CARD_NUMBER, session.cardNumber().value()));
        session.atr()
                .map(HexFormat.of().withUpperCase()::formatHex)
                .ifPresent(atr -> seen.add(new Fact(Label.ATR, atr)));
        Optional<CardNumber> shown = examination.asked().card();
        if (shown.isPresent() && !shown.get().equals(session.cardNumber())) {
            return new Finding.Failed(Problem.OTHER_CARD, seen);
        }
        seen.add(new Fact(Label.DRIVER, session.abilities().driver()));
        seen.add(new Fact(Label.TRIES_LEFT, Integer.toString(session.triesLeft())));
        for (KeySlot slot : KeySlot.values()) {
            session.certificate(slot).ifPresent(held -> examination.read(slot, held));
        }
        return new Finding.Passed(seen);
    }

    private static boolean hasCard(Cards cards, String name) {
        return cards.readers().list().stream()
                .filter(reader -> reader.name().equals(name))
                .anyMatch(CardReader::cardPresent);
    }
}
