// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// One wait for a change at the readers.
///
/// The service is asked in a platform thread of its own: a native call cannot be interrupted, and
/// would hold the carrier of a virtual thread. Whoever waits can be interrupted; the native call is
/// cancelled then, and ends by itself after [#SLICE] if the cancellation came too early for it.
final class ReaderWait {
    /// How long one native call may take: a reader that came between two calls is seen after it.
    private static final Duration SLICE = Duration.ofSeconds(5);

    /// Where the system does not announce readers, or there are too many to be watched.
    private static final Duration POLL = Duration.ofMillis(500);

    /// The least time between two looks, however often the service calls.
    private static final Duration REST = Duration.ofMillis(20);

    private static final String PLUG_AND_PLAY = "\\\\?PnP?\\Notification";

    private final Supplier<Winscard> library;
    private final ReaderStates before;
    private final Deadline deadline;
    private @Nullable Context asking;
    private boolean cancelled;
    private ReaderState plugAndPlay = ReaderState.unaware(PLUG_AND_PLAY);

    ReaderWait(Supplier<Winscard> library, ReaderStates before, Duration atMost) {
        this.library = library;
        this.before = before;
        this.deadline = Deadline.in(atMost);
    }

    /// Waits until something differs from before, or the time is over.
    ///
    /// @return what is so now
    ReaderStates await() throws InterruptedException {
        FutureTask<ReaderStates> task = new FutureTask<>(this::watch);
        Thread.ofPlatform().daemon().name("pcsc-wait").start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            cancel();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CardException failed) {
                throw failed;
            }
            throw new IllegalStateException("the readers cannot be watched", e.getCause());
        }
    }

    private ReaderStates watch() {
        for (; ; ) {
            ReaderStates now = watchService();
            if (now.differFrom(before) || over()) {
                return now;
            }
            pause(POLL);
        }
    }

    /// As long as the service runs.
    private ReaderStates watchService() {
        try (Context context = Context.open(library.get())) {
            ReaderStates now = ReaderStates.now(context);
            while (!now.differFrom(before) && !over()) {
                ask(context, now);
                pause(REST);
                now = ReaderStates.now(context);
            }
            return now;
        } catch (CardException e) {
            if (e.problem() == Problem.READER_SERVICE_MISSING
                    || e.problem() == Problem.CARD_REMOVED) {
                return ReaderStates.NO_SERVICE;
            }
            throw e;
        }
    }

    private void ask(Context context, ReaderStates now) {
        boolean announced = context.winscard().abi().announcesReaders();
        if (!announced || now.readers().size() >= Context.MAX_READERS) {
            pause(POLL);
            return;
        }
        List<ReaderState> asked = new ArrayList<>(now.readers());
        asked.add(plugAndPlay);
        try (Arena arena = Arena.ofConfined()) {
            StatusQuestion question = new StatusQuestion(arena, context.winscard().abi(), asked);
            if (!begin(context)) {
                return;
            }
            try {
                int code = question.ask(context, Math.min(deadline.millisLeft(), SLICE.toMillis()));
                if (code == ReturnCode.SUCCESS) {
                    plugAndPlay = question.answers().getLast();
                } else if (!temporary(code)) {
                    throw ReturnCode.failure("SCardGetStatusChange", code);
                }
            } finally {
                ended();
            }
        }
    }

    /// Another look tells what is so.
    private static boolean temporary(int code) {
        return ReturnCode.TIMEOUT.is(code)
                || ReturnCode.CANCELLED.is(code)
                || ReturnCode.UNKNOWN_READER.is(code)
                || ReturnCode.READER_UNAVAILABLE.is(code);
    }

    private synchronized boolean begin(Context context) {
        if (!cancelled) {
            asking = context;
        }
        return !cancelled;
    }

    private synchronized void ended() {
        asking = null;
    }

    private synchronized void cancel() {
        cancelled = true;
        notifyAll();
        Context context = asking;
        if (context != null) {
            int _ = context.winscard().cancel(context.handle());
        }
    }

    private synchronized boolean over() {
        return cancelled || deadline.millisLeft() == 0;
    }

    /// Waits so long, or until the wait is over.
    private synchronized void pause(Duration length) {
        Deadline rested = Deadline.in(length);
        try {
            while (!cancelled) {
                // Asked once: a wait of zero would be one without end.
                long millis = Math.min(deadline.millisLeft(), rested.millisLeft());
                if (millis == 0) {
                    return;
                }
                wait(millis);
            }
        } catch (InterruptedException e) {
            // Nobody else knows this thread.
            cancelled = true;
        }
    }
}
