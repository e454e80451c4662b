// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import perennial.card.CardException;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.core.advice.Problem;

/// The readers of this computer: pcsc-lite on Linux, WinSCard on Windows, PCSC.framework on macOS,
/// by one code path, of which only Linux is proven. Safe for use by many threads.
///
/// Nothing is kept between two calls but what each thread has seen, so the service may stop and
/// start again, and the library may be installed later: the next call finds it.
public final class PcscReaders implements ApduReaders {
    private final PcscAbi abi;

    /// What each thread has seen: a change between two of its waits is not lost on it.
    private final Map<Thread, ReaderStates> seen = Collections.synchronizedMap(new WeakHashMap<>());

    private @Nullable Winscard loaded;

    private PcscReaders(PcscAbi abi) {
        this.abi = abi;
    }

    /// Does not look yet.
    public static PcscReaders ofThisComputer() {
        return new PcscReaders(PcscAbi.ofThisSystem());
    }

    /// The readers present now, by name.
    ///
    /// @throws CardException READER_SERVICE_MISSING
    @Override
    public List<ApduReader> list() {
        try (Context context = Context.open(library())) {
            ReaderStates now = ReaderStates.now(context);
            seen.put(Thread.currentThread(), now);
            return now.readers().stream()
                    .<ApduReader>map(state -> new Reader(state.name()))
                    .toList();
        } catch (CardException e) {
            seen.put(Thread.currentThread(), ReaderStates.NO_SERVICE);
            throw e;
        }
    }

    /// Waits until a reader or card comes or goes, or the service does. What changed since this
    /// thread last looked counts; that a program begins or ends to use a card does not.
    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        ReaderStates before = seen.get(Thread.currentThread());
        if (before == null) {
            before = look();
        }
        ReaderStates now = new ReaderWait(this::library, before, atMost).await();
        seen.put(Thread.currentThread(), now);
        return now.differFrom(before);
    }

    private ReaderStates look() {
        try (Context context = Context.open(library())) {
            return ReaderStates.now(context);
        } catch (CardException e) {
            if (e.problem() != Problem.READER_SERVICE_MISSING) {
                throw e;
            }
            return ReaderStates.NO_SERVICE;
        }
    }

    private synchronized Winscard library() {
        Winscard library = loaded;
        if (library == null) {
            library = Winscard.load(abi);
            loaded = library;
        }
        return library;
    }

    private final class Reader implements ApduReader {
        private final String name;

        Reader(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        /// Asks the service anew; false also when reader or service are gone.
        @Override
        public boolean cardPresent() {
            try (Context context = Context.open(library())) {
                return context.states(List.of(name)).getFirst().cardPresent();
            } catch (CardException e) {
                return false;
            }
        }

        @Override
        public ApduChannel connect() {
            return PcscChannel.open(library(), name);
        }
    }
}
