// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// One thread that writes whatever has gathered in one go. Each attempt is a new one: after a
/// failure nothing has to be switched on again.
final class GroupCommit {
    private static final int MAX_BATCH = 512;
    private static final int MAX_KEPT = 100_000;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final LogWriter writer;
    private final LongSupplier anchored;
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();

    /// Has happened and could not be written yet; the writing thread's own.
    private final Deque<LogWriter.Draft> kept = new ArrayDeque<>();

    private final Thread thread;
    private volatile AuditHead head;
    private volatile boolean writable = true;
    private volatile int keptNow;
    private long lost;

    GroupCommit(LogWriter writer, LongSupplier anchored) {
        this.writer = writer;
        this.anchored = anchored;
        this.head = writer.head();
        this.thread = Thread.ofPlatform().daemon().unstarted(this::run);
    }

    private record Entry(
            Kind kind, Optional<LogWriter.Draft> draft, CompletableFuture<Void> written) {
        private enum Kind {
            BEFORE,
            AFTER,
            SETTLE,
            CLOSE
        }
    }

    void start(String name) {
        thread.setName(name);
        thread.start();
    }

    /// Completed when the event is on the disk; with the disk's exception when it is not, and will
    /// not be.
    CompletableFuture<Void> before(AuditEvent event, Instant time) {
        return put(Entry.Kind.BEFORE, Optional.of(new LogWriter.Draft(event, time)));
    }

    void after(AuditEvent event, Instant time) {
        queue.add(entry(Entry.Kind.AFTER, Optional.of(new LogWriter.Draft(event, time))));
    }

    /// Completed when all that was put before is on the disk.
    CompletableFuture<Void> settle() {
        return put(Entry.Kind.SETTLE, Optional.empty());
    }

    AuditHead head() {
        return head;
    }

    boolean isWritable() {
        return writable;
    }

    long waiting() {
        return queue.size() + (long) keptNow;
    }

    /// Tries once more to write what is waiting, and ends.
    void close() {
        if (!thread.isAlive()) {
            return;
        }
        queue.add(entry(Entry.Kind.CLOSE, Optional.empty()));
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Void> put(Entry.Kind kind, Optional<LogWriter.Draft> draft) {
        Entry entry = entry(kind, draft);
        queue.add(entry);
        return entry.written();
    }

    private static Entry entry(Entry.Kind kind, Optional<LogWriter.Draft> draft) {
        return new Entry(kind, draft, new CompletableFuture<>());
    }

    private void run() {
        boolean open = true;
        while (open) {
            List<Entry> batch = new ArrayList<>();
            try {
                Entry first =
                        kept.isEmpty()
                                ? queue.take()
                                : queue.poll(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, MAX_BATCH - 1);
                }
            } catch (InterruptedException e) {
                open = false;
            }
            write(batch);
            open &= batch.stream().noneMatch(entry -> entry.kind() == Entry.Kind.CLOSE);
        }
        queue.forEach(
                late -> late.written().completeExceptionally(new IOException("the log is closed")));
        writer.close();
    }

    private void write(List<Entry> batch) {
        List<LogWriter.Draft> drafts = new ArrayList<>(kept);
        if (lost > 0) {
            drafts.add(new LogWriter.Draft(new AuditEvent.Lost(lost), drafts.getLast().time()));
        }
        batch.forEach(entry -> entry.draft().ifPresent(drafts::add));
        try {
            if (!drafts.isEmpty()) {
                writer.append(drafts, anchored.getAsLong());
            }
            head = writer.head();
            kept.clear();
            lost = 0;
            writable = true;
            batch.forEach(entry -> entry.written().complete(null));
        } catch (IOException | RuntimeException e) {
            writable = false;
            for (Entry entry : batch) {
                if (entry.kind() == Entry.Kind.AFTER) {
                    keep(entry.draft().orElseThrow());
                } else {
                    entry.written().completeExceptionally(e);
                }
            }
        }
        keptNow = kept.size();
    }

    private void keep(LogWriter.Draft draft) {
        if (kept.size() < MAX_KEPT) {
            kept.add(draft);
        } else {
            lost++;
        }
    }
}
