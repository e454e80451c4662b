// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import perennial.agent.ProgressListener;
import perennial.agent.RenewalProgress;
import perennial.agent.RenewalProgress.CertificateProgress;
import perennial.agent.RenewalProgress.State;
import perennial.core.advice.Problem;
import perennial.core.renewal.RenewalStep;

/// The latest [RenewalProgress], for one that writes and many that wait for the next. Steps only go
/// forward.
public final class ProgressBoard {
    private final ProgressListener listener;
    private RenewalProgress latest;

    ProgressBoard(List<CertificateProgress> certificates, ProgressListener listener) {
        this.listener = listener;
        this.latest =
                new RenewalProgress(
                        1, RenewalStep.START, false, certificates, false, Optional.empty());
    }

    /// Waits until there is one newer than the version given.
    ///
    /// @return the latest, newer or not when the time is over
    public synchronized RenewalProgress after(long version, Duration atMost)
            throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (long left = atMost.toNanos();
                latest.version() <= version && !latest.finished() && left > 0;
                left = end - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return latest;
    }

    void show(RenewalStep step, boolean cardInUse, List<CertificateProgress> certificates) {
        put(step, cardInUse, certificates, false, Optional.empty());
    }

    void finish(List<CertificateProgress> certificates, Optional<Problem> problem) {
        boolean done =
                problem.isEmpty()
                        && certificates.stream().allMatch(c -> c.state() == State.CONFIRMED);
        RenewalStep step = done ? RenewalStep.DONE : RenewalStep.START;
        put(step, false, certificates, true, problem);
    }

    synchronized RenewalProgress latest() {
        return latest;
    }

    private void put(
            RenewalStep step,
            boolean cardInUse,
            List<CertificateProgress> certificates,
            boolean finished,
            Optional<Problem> problem) {
        RenewalProgress now;
        synchronized (this) {
            RenewalStep forward = step.compareTo(latest.step()) > 0 ? step : latest.step();
            now =
                    new RenewalProgress(
                            latest.version() + 1,
                            forward,
                            cardInUse,
                            certificates,
                            finished,
                            problem);
            latest = now;
            notifyAll();
        }
        listener.changed(now);
    }
}
