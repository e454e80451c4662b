// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Cards.RIGHT;
import static perennial.virtualcard.Cards.open;
import static perennial.virtualcard.Cards.verify;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.core.advice.Problem;
import perennial.virtualcard.ManagementKey.Algorithm;

/// The right to write, with management keys of every kind, kept by the card or brought by the
/// holder; on cards that tell the kind and on cards that do not.
class ManagementKeyTest {
    private static final byte[] NOTE = {1, 2, 3};

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void a_key_that_the_card_keeps_is_used_after_the_pin(Algorithm algorithm) {
        for (ProductGeneration generation : ProductGeneration.values()) {
            try (CardSession session = open(card(generation, algorithm, true))) {
                assertFalse(session.abilities().secondSecret());
                assertThrows(IllegalStateException.class, () -> session.writeNote(NOTE));
                verify(session, RIGHT);
                session.writeNote(NOTE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void a_key_that_the_card_does_not_keep_has_to_be_presented(Algorithm algorithm) {
        for (ProductGeneration generation : ProductGeneration.values()) {
            VirtualCard card = card(generation, algorithm, false);
            char[] secret = card.managementKey();
            try (CardSession session = open(card)) {
                assertTrue(session.abilities().secondSecret());
                verify(session, RIGHT);
                assertProblem(Problem.SECOND_SECRET_NEEDED, () -> session.writeNote(NOTE));
                for (char[] wrong : wrongs(secret)) {
                    assertProblem(
                            Problem.SECOND_SECRET_WRONG, () -> session.presentSecondSecret(wrong));
                }
                assertProblem(Problem.SECOND_SECRET_NEEDED, () -> session.writeNote(NOTE));
                session.presentSecondSecret(secret);
                session.writeNote(NOTE);
            }
        }
    }

    private static char[][] wrongs(char[] secret) {
        char[] other = secret.clone();
        other[0] = other[0] == '0' ? '1' : '0';
        char[] letters = secret.clone();
        letters[1] = 'x';
        return new char[][] {other, letters, new char[0], new char[] {'0'}, new char[66]};
    }

    private static VirtualCard card(
            ProductGeneration generation, Algorithm algorithm, boolean keptBehindPin) {
        return VirtualCard.create(
                Cards.personalisation(generation, new ManagementKey(algorithm, keptBehindPin)),
                Cards.RANDOM);
    }

    private static void assertProblem(Problem problem, Runnable work) {
        assertEquals(problem, assertThrows(CardException.class, work::run).problem());
    }
}
