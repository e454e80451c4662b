// SPDX-License-Identifier: Apache-2.0
package perennial.card.hsm;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.card.pkcs11.Cryptoki;
import perennial.card.pkcs11.CryptokiException;
import perennial.card.pkcs11.ReturnCode;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyPlaceException;

/// The sessions with one token, bounded, opened when they are needed. What a session fails at is
/// done once more in a fresh one, in another life of the library; so a token that was away, a
/// library that crashed and a login that was lost cost one signature a little time and no more.
///
/// While a token is away, it is asked for at most once in [#PAUSE]: opening a session starts a
/// process.
final class HsmSessions implements AutoCloseable {
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final HsmSettings settings;
    private final HsmPin pin;
    private final Supplier<Cryptoki> libraries;
    private final Clock clock;
    private final Semaphore permits;
    private final ConcurrentLinkedDeque<HsmSession> idle = new ConcurrentLinkedDeque<>();
    private volatile @Nullable Failure lastFailure;
    private volatile boolean closed;

    private record Failure(Instant at, String text) {}

    HsmSessions(HsmSettings settings, HsmPin pin, Supplier<Cryptoki> libraries, Clock clock) {
        this.settings = settings;
        this.pin = pin;
        this.libraries = libraries;
        this.clock = clock;
        this.permits = new Semaphore(settings.sessions(), true);
    }

    /// Does something in a session; what it does must bear being done twice.
    ///
    /// @throws KeyPlaceException HSM_UNAVAILABLE, or what the work throws
    <T> T use(Function<HsmSession, T> work) {
        acquire();
        try {
            @Nullable HsmSession kept = idle.poll();
            if (kept != null) {
                Outcome<T> first = tried(kept, work);
                if (first.isWhole()) {
                    return first.value();
                }
            }
            HsmSession fresh = opened(false);
            Outcome<T> last = tried(fresh, work);
            if (last.isWhole()) {
                return last.value();
            }
            throw unavailable(Objects.requireNonNull(last.failure()));
        } finally {
            permits.release();
        }
    }

    /// Does something once, in a session of its own that may write.
    <T> T write(Function<HsmSession, T> work) {
        acquire();
        try (HsmSession session = opened(true)) {
            return work.apply(session);
        } catch (CryptokiException | CardException e) {
            throw unavailable(e);
        } finally {
            permits.release();
        }
    }

    @Override
    public void close() {
        closed = true;
        for (HsmSession session = idle.poll(); session != null; session = idle.poll()) {
            session.close();
        }
    }

    /// What the work gave, or why it failed in this session, which has ended then.
    private record Outcome<T>(@Nullable T kept, @Nullable RuntimeException failure) {
        boolean isWhole() {
            return failure == null;
        }

        T value() {
            return Objects.requireNonNull(kept);
        }
    }

    private <T> Outcome<T> tried(HsmSession session, Function<HsmSession, T> work) {
        try {
            T value = withLogin(session, work);
            if (closed) {
                session.close();
            } else {
                idle.push(session);
            }
            return new Outcome<>(value, null);
        } catch (CardException e) {
            session.close();
            if (e.problem() == Problem.TOKEN_LIBRARY_HANGS) {
                // Who waits has waited long enough; the next one gets a fresh session.
                throw unavailable(e);
            }
            return new Outcome<>(null, e);
        } catch (CryptokiException e) {
            session.close();
            return new Outcome<>(null, e);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static <T> T withLogin(HsmSession session, Function<HsmSession, T> work) {
        try {
            return work.apply(session);
        } catch (CryptokiException e) {
            if (!e.code().equals(ReturnCode.USER_NOT_LOGGED_IN)) {
                throw e;
            }
            session.login();
            return work.apply(session);
        }
    }

    private HsmSession opened(boolean readWrite) {
        @Nullable Failure before = lastFailure;
        if (before != null && clock.instant().isBefore(before.at().plus(PAUSE))) {
            throw new KeyPlaceException(Problem.HSM_UNAVAILABLE, before.text());
        }
        try {
            HsmSession session = HsmSession.open(libraries.get(), settings, pin, readWrite);
            lastFailure = null;
            return session;
        } catch (CryptokiException | CardException | KeyPlaceException e) {
            KeyPlaceException failure =
                    e instanceof KeyPlaceException place ? place : unavailable(e);
            lastFailure = new Failure(clock.instant(), Objects.toString(failure.getMessage()));
            throw failure;
        }
    }

    private void acquire() {
        try {
            if (closed
                    || !permits.tryAcquire(settings.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KeyPlaceException(
                        Problem.HSM_UNAVAILABLE,
                        closed ? "the token is not used any more" : "all sessions are at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyPlaceException(
                    Problem.HSM_UNAVAILABLE, "the wait for a session was interrupted", e);
        }
    }

    private KeyPlaceException unavailable(RuntimeException e) {
        return new KeyPlaceException(
                Problem.HSM_UNAVAILABLE,
                "token \"%s\": %s".formatted(settings.token(), e.getMessage()),
                e);
    }
}
