// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perennial.agent.RenewalProgress;
import perennial.agent.RenewalProgress.CertificateProgress;
import perennial.core.renewal.RenewalStep;

/// Turns a renewal's progress into steps that are each told once. Not safe for use by many threads.
public final class StepLines {
    private final Clock clock;
    private final Map<Integer, RenewalStep> told = new HashMap<>();
    private Instant last;

    public StepLines(Clock clock) {
        this.clock = clock;
        this.last = clock.instant();
    }

    /// @param certificate counted from 1
    /// @param since time since the step before
    public record Step(int certificate, int of, String name, Duration since) {
        @Override
        public String toString() {
            return "%d/%d %s +%.3f s".formatted(certificate, of, name, since.toMillis() / 1000.0);
        }
    }

    /// The steps that are new in this progress.
    public synchronized List<Step> of(RenewalProgress progress) {
        List<Step> fresh = new ArrayList<>();
        for (int i = 0; i < progress.certificates().size(); i++) {
            RenewalStep step = step(progress, progress.certificates().get(i));
            RenewalStep before = told.getOrDefault(i, RenewalStep.START);
            if (step.compareTo(before) > 0) {
                told.put(i, step);
                Instant now = clock.instant();
                fresh.add(
                        new Step(
                                i + 1,
                                progress.certificates().size(),
                                step.name(),
                                Duration.between(last, now)));
                last = now;
            }
        }
        return fresh;
    }

    private static RenewalStep step(RenewalProgress progress, CertificateProgress certificate) {
        return switch (certificate.state()) {
            case REFUSED -> RenewalStep.START;
            case WAITING, REQUESTED ->
                    progress.step().compareTo(RenewalStep.SEND) < 0
                            ? progress.step()
                            : RenewalStep.SEND;
            case ISSUED, INSTALLED -> RenewalStep.WRITE;
            case CONFIRMED -> RenewalStep.DONE;
        };
    }
}
