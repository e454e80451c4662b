// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Standard output, taken away from everybody else: what a library prints goes to standard error
/// from then on.
final class AnswerPipe {
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;

    private final MethodHandle write;
    private final int descriptor;

    private AnswerPipe(MethodHandle write, int descriptor) {
        this.write = write;
        this.descriptor = descriptor;
    }

    @SuppressWarnings("restricted")
    static AnswerPipe ofStandardOutput() {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        String prefix = windows ? "_" : "";
        Linker linker = Linker.nativeLinker();
        SymbolLookup library =
                windows
                        ? SymbolLookup.libraryLookup("ucrtbase", Arena.global())
                        : linker.defaultLookup();
        ValueLayout.OfInt integer = ValueLayout.JAVA_INT;
        MethodHandle dup =
                linker.downcallHandle(
                        library.findOrThrow(prefix + "dup"),
                        FunctionDescriptor.of(integer, integer));
        MethodHandle dup2 =
                linker.downcallHandle(
                        library.findOrThrow(prefix + "dup2"),
                        FunctionDescriptor.of(integer, integer, integer));
        MethodHandle write =
                linker.downcallHandle(
                        library.findOrThrow(prefix + "write"),
                        windows
                                ? FunctionDescriptor.of(
                                        integer, integer, ValueLayout.ADDRESS, integer)
                                : FunctionDescriptor.of(
                                        ValueLayout.JAVA_LONG,
                                        integer,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG));
        int kept = (int) called(dup, STANDARD_OUTPUT);
        int replaced = (int) called(dup2, STANDARD_ERROR, STANDARD_OUTPUT);
        if (kept < 0 || replaced < 0) {
            throw new IllegalStateException("standard output cannot be kept");
        }
        return new AnswerPipe(write, kept);
    }

    /// Writes the first octets of the array; ends the process when nobody reads any more.
    void write(byte[] octets, int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(length);
            MemorySegment.copy(octets, 0, segment, ValueLayout.JAVA_BYTE, 0, length);
            long written = 0;
            while (written < length) {
                long more = written(segment.asSlice(written));
                if (more <= 0) {
                    Runtime.getRuntime().halt(1);
                }
                written += more;
            }
            segment.fill((byte) 0);
        }
    }

    private long written(MemorySegment segment) {
        boolean narrow = write.type().returnType() == int.class;
        Object size = narrow ? (Object) (int) segment.byteSize() : (Object) segment.byteSize();
        return ((Number) called(write, descriptor, segment, size)).longValue();
    }

    private static Object called(MethodHandle handle, Object... arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native function throws nothing", e);
        }
    }
}
