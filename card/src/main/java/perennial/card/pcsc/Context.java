// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import perennial.core.advice.Problem;

/// One conversation with the PC/SC service (SCARDCONTEXT). Each task opens its own: a conversation
/// does not survive the service, and tasks that share one wait for each other.
final class Context implements AutoCloseable {
    private static final long SCOPE_SYSTEM = 2;

    /// Characters of all names together, with room for the most that a system takes.
    private static final int MAX_NAMES = 1 << 14;

    /// What every system takes in one question about reader states.
    static final int MAX_READERS = 10;

    private final Winscard winscard;
    private final long handle;

    private Context(Winscard winscard, long handle) {
        this.winscard = winscard;
        this.handle = handle;
    }

    /// @throws perennial.card.CardException READER_SERVICE_MISSING while the service does not run
    static Context open(Winscard winscard) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = winscard.abi().allocateHandle(arena);
            int code = winscard.establishContext(SCOPE_SYSTEM, handle);
            if (code != ReturnCode.SUCCESS) {
                throw ReturnCode.failure(
                        Problem.READER_SERVICE_MISSING, "SCardEstablishContext", code);
            }
            return new Context(winscard, winscard.abi().handle(handle));
        }
    }

    Winscard winscard() {
        return winscard;
    }

    long handle() {
        return handle;
    }

    /// The names of the readers, sorted: the service's own order changes as readers are replugged.
    List<String> readerNames() {
        PcscAbi abi = winscard.abi();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate((long) MAX_NAMES * abi.characterSize());
            MemorySegment length = abi.allocateNumber(arena, MAX_NAMES);
            int code = winscard.listReaders(handle, names, length);
            if (ReturnCode.NO_READERS_AVAILABLE.is(code)) {
                return List.of();
            }
            require("SCardListReaders", code);
            long characters = Math.clamp(abi.number(length, 0), 0, MAX_NAMES);
            MemorySegment filled = names.asSlice(0, characters * abi.characterSize());
            return split(abi.text().decode(filled.asByteBuffer()).toString());
        }
    }

    /// The states of these readers now.
    List<ReaderState> states(List<String> names) {
        List<ReaderState> states = new ArrayList<>();
        for (int from = 0; from < names.size(); from += MAX_READERS) {
            List<ReaderState> some =
                    names.subList(from, Math.min(names.size(), from + MAX_READERS)).stream()
                            .map(ReaderState::unaware)
                            .toList();
            try (Arena arena = Arena.ofConfined()) {
                StatusQuestion question = new StatusQuestion(arena, winscard.abi(), some);
                require("SCardGetStatusChange", question.ask(this, 0));
                states.addAll(question.answers());
            }
        }
        return states;
    }

    /// Releases the conversation; never throws.
    @Override
    public void close() {
        int _ = winscard.releaseContext(handle);
    }

    private static void require(String call, int code) {
        if (code != ReturnCode.SUCCESS) {
            throw ReturnCode.failure(call, code);
        }
    }

    /// A list of texts, each ended by NUL, the list by another.
    private static List<String> split(String names) {
        List<String> split = new ArrayList<>();
        int from = 0;
        for (int end = names.indexOf('\0'); end > from; end = names.indexOf('\0', from)) {
            split.add(names.substring(from, end));
            from = end + 1;
        }
        return split.stream().sorted().toList();
    }
}
