// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Set;
import perennial.agent.PinEntry;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Why;
import perennial.card.CardSession;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;

/// Is the PIN right? Presented once, and the last try only if the holder agrees.
final class PinCheck implements Check {
    @Override
    public Topic topic() {
        return Topic.PIN;
    }

    @Override
    public Set<Topic> needs() {
        return Set.of(Topic.CARD);
    }

    @Override
    public Finding look(Examination examination) {
        CardSession card = examination.card();
        int left = card.triesLeft();
        if (left == 0) {
            return failed(Problem.PIN_BLOCKED, 0);
        }
        if (examination.pin().isEmpty()) {
            return new NotDone(Why.WITHOUT_PIN);
        }
        PinEntry entry = examination.pin().get();
        if (left == 1 && !entry.lastTryConsent()) {
            return failed(Problem.PIN_LAST_TRY, 1);
        }
        return switch (card.verify(entry.pin())) {
            case PinOutcome.Verified _ -> Finding.Passed.with();
            case PinOutcome.Wrong(int tries) -> failed(Problem.PIN_WRONG, tries);
            case PinOutcome.Blocked _ -> failed(Problem.PIN_BLOCKED, 0);
        };
    }

    private static Finding failed(Problem problem, int triesLeft) {
        return Finding.Failed.with(
                problem, new Fact(Label.TRIES_LEFT, Integer.toString(triesLeft)));
    }
}
