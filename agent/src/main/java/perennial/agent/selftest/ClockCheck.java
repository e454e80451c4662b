// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Why;
import perennial.core.advice.Problem;

/// Is this computer's clock right, by what a registration authority says in its Date field (RFC
/// 9110 6.6.1)?
final class ClockCheck implements Check {
    /// CMP messages and OCSP answers are taken within a few minutes.
    private static final Duration ALLOWED = Duration.ofMinutes(5);

    @Override
    public Topic topic() {
        return Topic.CLOCK;
    }

    @Override
    public Finding look(Examination examination) {
        Optional<Instant> server = examination.serverTime();
        Instant now = examination.surroundings().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        if (server.isEmpty()) {
            return new NotDone(
                    examination.surroundings().authorities().isEmpty()
                            ? Why.NOT_SET_UP
                            : Why.AFTER_ANOTHER);
        }
        Fact own = new Fact(Label.CLOCK, now.toString());
        Fact theirs = new Fact(Label.SERVER_CLOCK, server.get().toString());
        return examination.ahead().abs().compareTo(ALLOWED) <= 0
                ? Finding.Passed.with(own, theirs)
                : Finding.Failed.with(Problem.CLOCK_WRONG, own, theirs);
    }
}
