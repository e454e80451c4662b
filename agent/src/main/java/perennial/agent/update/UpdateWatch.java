// SPDX-License-Identifier: Apache-2.0
package perennial.agent.update;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import perennial.agent.renewal.Pause;

/// Looks once a day whether the operator says that there is a newer version; without a feed never.
/// Safe for use by many threads.
public final class UpdateWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UpdateWatch.class.getName());
    private static final Duration DAY = Duration.ofDays(1);

    private final Optional<UpdateFeed> feed;
    private final String running;
    private final Clock clock;
    private final Pause pause;
    private final AtomicReference<Optional<UpdateNotice>> found =
            new AtomicReference<>(Optional.empty());
    private final Thread watching = Thread.ofVirtual().name("update").unstarted(this::watch);

    /// @param running the version of this agent
    public UpdateWatch(Optional<UpdateFeed> feed, String running, Clock clock, Pause pause) {
        this.feed = feed;
        this.running = running;
        this.clock = clock;
        this.pause = pause;
    }

    /// Begins to look.
    public void start() {
        if (feed.isPresent()) {
            watching.start();
        }
    }

    /// A newer version than the running one, if the last look found one.
    public Optional<UpdateNotice> newer() {
        return found.get();
    }

    private void watch() {
        try {
            for (; ; ) {
                look();
                pause.sleep(DAY);
            }
        } catch (InterruptedException e) {
            // The agent ends.
            Thread.currentThread().interrupt();
        }
    }

    /// What does not count is no notice, and takes back none that did.
    private void look() throws InterruptedException {
        try {
            UpdateNotice notice = feed.orElseThrow().fetch(clock);
            if (notice.isNewerThan(running)) {
                found.set(Optional.of(notice));
            } else {
                LOG.log(System.Logger.Level.INFO, "no newer version than {0}", running);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "no update notice", e);
        }
    }

    @Override
    public void close() {
        watching.interrupt();
    }
}
