// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static perennial.virtualcard.Cards.RIGHT;
import static perennial.virtualcard.Cards.copy;
import static perennial.virtualcard.Cards.open;
import static perennial.virtualcard.Cards.verify;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.ReKeyWay;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.virtualcard.Faults.Moment;

/// A re-key that loses contact at any command, in both moments, is finished by the next session,
/// which knows nothing but the card and what the authority has issued.
class ReplacementCutTest {
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "STANDARD, IN_PLACE, DIGITAL_SIGNATURE",
        "WITH_METADATA, IN_PLACE, DIGITAL_SIGNATURE",
        "WITH_MOVE, IN_PLACE, AUTHENTICATION",
        "WITH_MOVE, BESIDE, DIGITAL_SIGNATURE",
        "WITH_MOVE, BESIDE, KEY_MANAGEMENT"
    })
    void a_cut_at_any_command_is_finished_by_the_next_session(
            ProductGeneration generation, ReKeyWay way, KeySlot slot) {
        ReKey reKey = new ReKey(generation, way, slot);
        VirtualCard clean = copy(reKey.snapshot);
        reKey.run(clean, new ArrayList<>());
        int commands = clean.faults().transmitted();
        assertTrue(commands > 30, () -> "a re-key takes more than " + commands);
        int finished = 0;
        for (int n = 1; n <= commands; n++) {
            for (Moment moment : Moment.values()) {
                finished += reKey.cutAndFinish(n, moment) ? 1 : 0;
            }
        }
        assertEquals(2 * commands, finished);
    }

    /// The agent's part of a re-key, and an authority that never forgets what it issued.
    private static final class ReKey {
        private final ReKeyWay way;
        private final KeySlot slot;
        private final byte[] snapshot;
        private final Certificate old;

        ReKey(ProductGeneration generation, ReKeyWay way, KeySlot slot) {
            this.way = way;
            this.slot = slot;
            VirtualCard card =
                    VirtualCard.create(
                            Cards.personalisation(generation, ManagementKey.BEHIND_PIN),
                            Cards.RANDOM);
            old = Cards.AUTHORITY.certify(card.generate(slot, KeyAlgorithm.P_256));
            card.install(slot, old);
            snapshot = card.snapshot();
        }

        boolean cutAndFinish(int n, Moment moment) {
            VirtualCard card = copy(snapshot);
            List<Certificate> issued = new ArrayList<>();
            card.faults().cutAt(n, moment);
            CardException cut = assertThrows(CardException.class, () -> run(card, issued));
            assertEquals(Problem.CARD_REMOVED, cut.problem());
            if (way == ReKeyWay.BESIDE) {
                assertOneKeyWorks(copy(card.snapshot()), issued);
            }
            run(card, issued);
            assertEquals(1, issued.size(), "one certificate for one renewal");
            assertFinished(card, issued.getFirst());
            return true;
        }

        void run(VirtualCard card, List<Certificate> issued) {
            try (CardSession session = open(card)) {
                assertEquals(3, session.triesLeft());
                verify(session, RIGHT);
                KeyReplacement replacement = session.replacement(slot, way);
                if (issued.isEmpty()) {
                    issued.add(Cards.AUTHORITY.certify(newKey(replacement)));
                }
                assertTrue(replacement.holds(issued.getFirst().publicKey()));
                replacement.install(issued.getFirst());
                replacement.retire(old);
            }
        }

        private PublicKey newKey(KeyReplacement replacement) {
            PublicKey key =
                    replacement
                            .generated()
                            .filter(k -> !k.equals(old.publicKey()))
                            .orElseGet(() -> replacement.generate(KeyAlgorithm.P_256));
            if (slot != KeySlot.KEY_MANAGEMENT) {
                replacement.signer(key).sign(new byte[] {1});
            }
            return key;
        }

        /// Before anything is repaired.
        private void assertOneKeyWorks(VirtualCard card, List<Certificate> issued) {
            try (CardSession session = open(card)) {
                verify(session, RIGHT);
                Optional<Certificate> shown = session.certificate(slot);
                if (shown.equals(issued.stream().findFirst())) {
                    session.signer(slot).sign(new byte[] {1});
                    return;
                }
                assertEquals(Optional.of(old), shown);
                session.replacement(slot, way).oldSigner(old).sign(new byte[] {1});
            }
        }

        private void assertFinished(VirtualCard card, Certificate fresh) {
            try (CardSession session = open(card)) {
                assertEquals(3, session.triesLeft());
                verify(session, RIGHT);
                assertEquals(Optional.of(fresh), session.certificate(slot));
                session.signer(slot).sign(new byte[] {1});
                assertEquals(Optional.empty(), besideLeft(session));
            }
        }

        private Optional<PublicKey> besideLeft(CardSession session) {
            return way == ReKeyWay.BESIDE
                    ? session.replacement(slot, way).generated()
                    : Optional.empty();
        }
    }
}
