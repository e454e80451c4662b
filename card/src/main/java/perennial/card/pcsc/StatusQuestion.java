// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// An array of SCARD_READERSTATE: what is known of some readers, and after the question what is so.
/// Lives as long as its arena.
final class StatusQuestion {
    private final PcscAbi abi;
    private final List<ReaderState> known;
    private final MemorySegment states;

    StatusQuestion(Arena arena, PcscAbi abi, List<ReaderState> known) {
        this.abi = abi;
        this.known = List.copyOf(known);
        this.states = arena.allocate(Math.max(1, known.size()) * abi.readerStateSize(), 8);
        for (int i = 0; i < known.size(); i++) {
            MemorySegment name = abi.allocateText(arena, known.get(i).name());
            states.set(ValueLayout.ADDRESS_UNALIGNED, offset(i), name);
            abi.putNumber(states, offset(i) + abi.currentStateOffset(), known.get(i).known());
        }
    }

    /// Waits until something differs from what is known.
    ///
    /// @return the return code
    int ask(Context context, long millis) {
        return context.winscard().getStatusChange(context.handle(), millis, states, known.size());
    }

    /// In the order of the question.
    List<ReaderState> answers() {
        List<ReaderState> answers = new ArrayList<>();
        for (int i = 0; i < known.size(); i++) {
            answers.add(
                    new ReaderState(
                            known.get(i).name(),
                            abi.number(states, offset(i) + abi.eventStateOffset())));
        }
        return answers;
    }

    private long offset(int index) {
        return index * abi.readerStateSize();
    }
}
