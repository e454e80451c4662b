// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.lang.foreign.MemorySegment;

/// Reads CK_INFO, CK_SLOT_INFO, CK_TOKEN_INFO, CK_MECHANISM_INFO.
record NativeDescriptions(Abi abi, NativeMemory memory, Ask ask) {
    /// Calls a function that must succeed.
    interface Ask {
        void ok(NativeFunction function, Object... arguments);
    }

    Answer.Library library() {
        Abi.Structure at = abi.structure("2 32 n 32 2");
        MemorySegment answer = memory.octets(at.size());
        ask.ok(NativeFunction.GET_INFO, answer);
        return new Answer.Library(
                NativeMemory.text(answer, at.at(1), 32),
                NativeMemory.text(answer, at.at(3), 32),
                NativeMemory.version(answer, at.at(4)));
    }

    Answer.Slot slot(long slot) {
        Abi.Structure at = abi.structure("64 32 n 2 2");
        MemorySegment answer = memory.octets(at.size());
        ask.ok(NativeFunction.GET_SLOT_INFO, slot, answer);
        return new Answer.Slot(
                NativeMemory.text(answer, at.at(0), 64),
                NativeMemory.text(answer, at.at(1), 32),
                abi.number(answer, at.at(2)));
    }

    Answer.Token token(long slot) {
        Abi.Structure at = abi.structure("32 32 16 16 n n n n n n n n n n n 2 2 16");
        MemorySegment answer = memory.octets(at.size());
        ask.ok(NativeFunction.GET_TOKEN_INFO, slot, answer);
        return new Answer.Token(
                NativeMemory.text(answer, at.at(0), 32),
                NativeMemory.text(answer, at.at(1), 32),
                NativeMemory.text(answer, at.at(2), 16),
                NativeMemory.text(answer, at.at(3), 16),
                abi.number(answer, at.at(4)),
                abi.number(answer, at.at(10)),
                abi.number(answer, at.at(9)),
                abi.number(answer, at.at(14)),
                NativeMemory.version(answer, at.at(16)));
    }

    Answer.MechanismLimits limits(long slot, long mechanism) {
        Abi.Structure at = abi.structure("n n n");
        MemorySegment answer = memory.octets(at.size());
        ask.ok(NativeFunction.GET_MECHANISM_INFO, slot, mechanism, answer);
        return new Answer.MechanismLimits(
                abi.number(answer, at.at(0)),
                abi.number(answer, at.at(1)),
                abi.number(answer, at.at(2)));
    }
}
