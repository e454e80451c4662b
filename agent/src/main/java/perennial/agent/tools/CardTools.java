// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import perennial.agent.AgentException;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.Pin;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// What a holder does with a card and its secrets. Safe for use by many threads.
///
/// Nothing here tries a secret that the holder did not agree to risk: the tries are asked for
/// first, the last one needs consent, and a new PIN that the policy refuses never reaches the card.
/// Every method throws [CardException] for what the card does.
public final class CardTools {
    private final CardDoor door;
    private final PinPolicy policy;
    private final Clock clock;

    public CardTools(CardDoor door, PinPolicy policy, Clock clock) {
        this.door = door;
        this.policy = policy;
        this.clock = clock;
    }

    /// The card that was shown to the holder.
    ///
    /// @param reader the name of the reader it was in
    public record Shown(String reader, CardNumber card) {}

    /// What the card said, and where that leaves its PIN.
    ///
    /// @param outcome of the secret that was presented: the PIN, or the PUK
    /// @param pinTriesLeft read back from the card afterwards
    public record Answer(PinOutcome outcome, int pinTriesLeft) {}

    /// Reads the card; nothing is tried.
    public CardSheet view(String reader) {
        Instant now = clock.instant();
        try (CardSession session = door.open(reader)) {
            return new CardSheet(
                    reader,
                    session.atr().map(HexFormat.of().withUpperCase()::formatHex),
                    session.cardNumber(),
                    session.triesLeft(),
                    session.pukTriesLeft(),
                    session.abilities(),
                    now,
                    keys(session, now));
        }
    }

    /// Sets another PIN.
    ///
    /// @param current presented once, and only if the new one is good; both stay the caller's
    /// @param lastTryConsent whether the holder agrees to use the last try
    /// @throws AgentException PIN_TOO_SIMPLE, OTHER_CARD, or PIN_LAST_TRY without consent; the card
    ///   was not asked then
    public Answer changePin(Shown shown, Pin current, Pin next, boolean lastTryConsent) {
        PinOutcome outcome;
        try (CardSession session = open(shown)) {
            refuseWeak(next, shown.card());
            int left = session.triesLeft();
            if (left == 0) {
                return new Answer(new PinOutcome.Blocked(), 0);
            }
            if (left == 1 && !lastTryConsent) {
                throw new AgentException(Problem.PIN_LAST_TRY, "one try left and no consent");
            }
            outcome = session.changePin(current, next);
        }
        return answer(shown, outcome);
    }

    /// Sets another PIN by the PUK and so unlocks the card.
    ///
    /// @param puk presented once, and only if the new PIN is good; both stay the caller's
    /// @param riskConsent whether the holder agrees to use the last try for the PUK, or one that
    ///   may be the last because the card does not tell
    /// @throws AgentException PIN_TOO_SIMPLE, OTHER_CARD, PUK_BLOCKED, or WOULD_LOCK_CARD without
    ///   consent; the card was not asked then
    public Answer unlock(Shown shown, Pin puk, Pin next, boolean riskConsent) {
        PinOutcome outcome;
        try (CardSession session = open(shown)) {
            refuseWeak(next, shown.card());
            Optional<Integer> left = session.pukTriesLeft();
            if (left.equals(Optional.of(0))) {
                throw new AgentException(Problem.PUK_BLOCKED, "no try left for the PUK");
            }
            if (left.orElse(1) == 1 && !riskConsent) {
                throw new AgentException(
                        Problem.WOULD_LOCK_CARD,
                        left.isPresent()
                                ? "one try left for the PUK and no consent"
                                : "the card does not tell the tries of its PUK, and no consent");
            }
            outcome = session.unblock(puk, next);
        }
        return answer(shown, outcome);
    }

    /// @throws AgentException PIN_TOO_SIMPLE
    public void refuseWeak(Pin next, CardNumber card) {
        policy.weakness(next, card)
                .ifPresent(weakness -> {
                    throw new AgentException(Problem.PIN_TOO_SIMPLE, weakness.name());
                });
    }

    /// Works with the card behind its PIN, in one session.
    ///
    /// @param pin presented once; stays the caller's
    /// @param lastTryConsent whether the holder agrees to use the last try
    /// @param work done if the PIN was right, with whatever it throws
    /// @throws AgentException OTHER_CARD, or PIN_LAST_TRY without consent; the card was not asked
    ///   then
    public PinOutcome withPin(
            Shown shown, Pin pin, boolean lastTryConsent, Consumer<CardSession> work) {
        try (CardSession session = open(shown)) {
            int left = session.triesLeft();
            if (left == 0) {
                return new PinOutcome.Blocked();
            }
            if (left == 1 && !lastTryConsent) {
                throw new AgentException(Problem.PIN_LAST_TRY, "one try left and no consent");
            }
            PinOutcome outcome = session.verify(pin);
            if (outcome instanceof PinOutcome.Verified) {
                work.accept(session);
            }
            return outcome;
        }
    }

    /// @throws AgentException OTHER_CARD when it is not the card that was shown
    CardSession open(Shown shown) {
        CardSession session = door.open(shown.reader());
        if (!session.cardNumber().equals(shown.card())) {
            session.close();
            throw new AgentException(
                    Problem.OTHER_CARD, "another card was put into " + shown.reader());
        }
        return session;
    }

    /// In a session of its own: within the other one a PIN that counts as verified hides its tries.
    private Answer answer(Shown shown, PinOutcome outcome) {
        try (CardSession session = open(shown)) {
            return new Answer(outcome, session.triesLeft());
        }
    }

    private static List<CardSheet.CertifiedKey> keys(CardSession session, Instant now) {
        List<CardSheet.CertifiedKey> keys = new ArrayList<>();
        for (KeySlot slot : KeySlot.values()) {
            Optional<Certificate> certificate = session.certificate(slot);
            certificate.ifPresent(held ->
                    keys.add(
                            new CardSheet.CertifiedKey(
                                    slot,
                                    KeyAlgorithm.of(held.publicKey()),
                                    held,
                                    CardSheet.State.of(held.validity(), now))));
        }
        return keys;
    }
}
