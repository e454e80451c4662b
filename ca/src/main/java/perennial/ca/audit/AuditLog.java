// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// The audit log of one node. Records of many threads go to the disk together: one thread writes
/// what has gathered while the disk was busy with the records before. Once a second the head is
/// told to the database.
///
/// A log that does not fit the database (shortened, swapped, or the database is an old copy) takes
/// no records: the authority does not issue or revoke until an operator has decided ([#reopen]),
/// and its status services go on.
public final class AuditLog implements AuditTrail, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AuditLog.class.getName());
    private static final long ROTATE_AT = 64L << 20;
    private static final Duration ANCHOR_EVERY = Duration.ofSeconds(1);

    private final AuditHeads heads;
    private final Clock clock;
    private final Optional<String> damage;
    private final FileChannel lock;
    private final GroupCommit commits;
    private final ScheduledExecutorService anchoring;
    private final Object anchorLock = new Object();
    private volatile long anchored;
    private Optional<ScheduledFuture<?>> anchors = Optional.empty();

    private AuditLog(Parts parts, LogEnd end, Optional<String> damage, FileChannel lock) {
        this.heads = parts.heads();
        this.clock = parts.clock();
        this.damage = damage;
        this.lock = lock;
        this.anchored = end.anchored();
        this.commits =
                new GroupCommit(
                        new LogWriter(
                                new LogFolder(parts.settings().folder()),
                                parts.key(),
                                end,
                                parts.opener(),
                                parts.rotateAt()),
                        () -> anchored);
        this.anchoring =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("audit-anchor").factory());
    }

    /// How a log is opened.
    record Parts(
            AuditSettings settings,
            AuditKey key,
            AuditHeads heads,
            Clock clock,
            LogFile.Opener opener,
            long rotateAt) {
        Parts(AuditSettings settings, AuditKey key, AuditHeads heads, Clock clock) {
            this(settings, key, heads, clock, LogFile::open, ROTATE_AT);
        }
    }

    /// How it is.
    ///
    /// @param writable whether the last attempt to write succeeded
    /// @param waiting events that are not on the disk yet
    /// @param unanchored records that the database does not know of yet
    public record State(boolean writable, long waiting, long unanchored) {}

    /// Opens the log where it ended. A record cut off by a crash is dropped, and that is recorded.
    ///
    /// @throws CaException AUDIT_NOT_WRITABLE, DATABASE_UNAVAILABLE; CONFIGURATION_INVALID when the
    ///   node's records are written by another process or signed by another key
    public static AuditLog open(
            AuditSettings settings, AuditKey key, AuditHeads heads, Clock clock) {
        return open(new Parts(settings, key, heads, clock));
    }

    static AuditLog open(Parts parts) {
        return locked(
                parts,
                (end, lock) -> {
                    AuditLog log = new AuditLog(parts, end, end.damage(), lock);
                    end.damage()
                            .ifPresentOrElse(
                                    why -> LOG.log(System.Logger.Level.ERROR, "audit: " + why),
                                    () -> log.begin(end));
                    return log;
                });
    }

    /// Opens a log that does not fit the database, or shall not because the database was put back:
    /// from here on both are right again. What does not fit stays where it is, as evidence.
    ///
    /// @param why makes the first record from what was found, which is empty when nothing was
    /// @throws CaException as [#open]
    public static AuditLog reopen(
            AuditSettings settings,
            AuditKey key,
            AuditHeads heads,
            Clock clock,
            Function<String, AuditEvent> why) {
        return locked(
                new Parts(settings, key, heads, clock),
                (end, lock) -> {
                    LogEnd from = end.damage().isEmpty() ? end : beyond(end, heads);
                    AuditLog log =
                            new AuditLog(
                                    new Parts(settings, key, heads, clock),
                                    from,
                                    Optional.empty(),
                                    lock);
                    log.begin(end.damage().isEmpty() ? end : from);
                    log.before(why.apply(end.damage().orElse("")));
                    AuditHead head = log.commits.head();
                    heads.replace(head, clock.instant());
                    log.anchored = head.sequence();
                    return log;
                });
    }

    /// A new file whose first record follows whatever was seen last, here or in the database.
    private static LogEnd beyond(LogEnd end, AuditHeads heads) {
        AuditHead furthest =
                heads.all().stream()
                        .filter(head -> head.node().equals(end.head().node()))
                        .filter(head -> head.sequence() > end.head().sequence())
                        .findFirst()
                        .orElse(end.head());
        return new LogEnd(furthest, 0, 0, 0, 0, Optional.empty());
    }

    private interface Opening {
        AuditLog open(LogEnd end, FileChannel lock);
    }

    private static AuditLog locked(Parts parts, Opening opening) {
        AuditSettings settings = parts.settings();
        LogFolder folder = new LogFolder(settings.folder());
        folder.make();
        FileChannel lock = folder.lock(settings.node());
        try {
            writePublicKey(folder.publicKey(settings.node()), parts.key().publicKey());
            LogEnd end = LogEnd.of(folder, settings.node(), parts.key().publicKey(), parts.heads());
            return opening.open(end, lock);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    private static void writePublicKey(Path file, AuditPublicKey key) {
        try {
            if (!Files.exists(file)) {
                Files.write(file, key.pem().getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new CaException(Problem.AUDIT_NOT_WRITABLE, file + " cannot be written", e);
        }
    }

    private void begin(LogEnd end) {
        commits.start("audit-" + end.head().node());
        if (end.torn() > 0) {
            after(new AuditEvent.Recovered(end.torn()));
        }
        anchors =
                Optional.of(
                        anchoring.scheduleWithFixedDelay(
                                this::anchor,
                                ANCHOR_EVERY.toMillis(),
                                ANCHOR_EVERY.toMillis(),
                                TimeUnit.MILLISECONDS));
    }

    @Override
    public void before(AuditEvent event) {
        requireSound();
        await(commits.before(event, now()));
    }

    @Override
    public void after(AuditEvent event) {
        if (damage.isPresent()) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "not recorded: {0} {1}",
                    event.code(),
                    event.fields());
            return;
        }
        commits.after(event, now());
    }

    @Override
    public void settle() {
        requireSound();
        await(commits.settle());
    }

    public State state() {
        return new State(
                damage.isEmpty() && commits.isWritable(),
                commits.waiting(),
                commits.head().sequence() - anchored);
    }

    public AuditHead head() {
        return commits.head();
    }

    /// Tells the database now how far the records go. A database that does not answer is told
    /// later.
    void anchor() {
        synchronized (anchorLock) {
            AuditHead head = commits.head();
            if (damage.isPresent() || head.sequence() <= anchored) {
                return;
            }
            try {
                if (heads.advance(head, clock.instant())) {
                    anchored = head.sequence();
                } else {
                    LOG.log(
                            System.Logger.Level.ERROR,
                            "the database has seen other records of node {0} than its own",
                            head.node());
                }
            } catch (CaException e) {
                LOG.log(System.Logger.Level.DEBUG, "the audit head is told later", e);
            }
        }
    }

    /// Writes what is waiting, if the disk takes it, and tells the database.
    @Override
    public void close() {
        anchors.ifPresent(task -> task.cancel(false));
        anchoring.shutdown();
        commits.close();
        anchor();
        release(lock);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private void requireSound() {
        if (damage.isPresent()) {
            throw new CaException(Problem.AUDIT_DAMAGED, damage.get());
        }
    }

    private static void await(CompletableFuture<Void> written) {
        try {
            written.join();
        } catch (CompletionException e) {
            throw new CaException(
                    Problem.AUDIT_NOT_WRITABLE,
                    "the record cannot be written: " + e.getMessage(),
                    e);
        }
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the lock of the log does not close", e);
        }
    }
}
