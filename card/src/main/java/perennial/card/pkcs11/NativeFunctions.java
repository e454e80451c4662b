// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// A loaded library's functions, from the list that C_GetFunctionList gives: the one symbol that
/// every library exports. A library is loaded for the life of the process.
final class NativeFunctions {
    private final Abi abi;
    private final Map<NativeFunction, MethodHandle> handles = new EnumMap<>(NativeFunction.class);

    private NativeFunctions(Abi abi) {
        this.abi = abi;
    }

    /// @throws CardException TOKEN_LIBRARY_FAILED
    @SuppressWarnings("restricted")
    static NativeFunctions load(Path library, Abi abi) {
        try {
            MemorySegment entry =
                    SymbolLookup.libraryLookup(library, Arena.global())
                            .findOrThrow("C_GetFunctionList");
            NativeFunctions functions = new NativeFunctions(abi);
            functions.link(entry);
            return functions;
        } catch (RuntimeException e) {
            throw new CardException(
                    Problem.TOKEN_LIBRARY_FAILED, library + " is no PKCS #11 library", e);
        }
    }

    /// @param arguments in the order of the standard: Long for CK_ULONG, Byte for CK_BBOOL,
    ///   MemorySegment for pointers
    ReturnCode call(NativeFunction function, Object... arguments) {
        MethodHandle handle = handles.get(function);
        if (handle == null) {
            return ReturnCode.FUNCTION_NOT_SUPPORTED;
        }
        return new ReturnCode(invoked(handle, arguments));
    }

    @SuppressWarnings("restricted")
    private void link(MemorySegment entry) {
        Linker linker = Linker.nativeLinker();
        Abi.Structure list = abi.structure("2" + " p".repeat(NativeFunction.COUNT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(abi.pointer(), abi.pointer());
            MethodHandle getFunctionList = linker.downcallHandle(entry, descriptor("p"));
            long code = invoked(widened(getFunctionList, "p"), answer);
            if (code != 0) {
                throw new CryptokiException("C_GetFunctionList", new ReturnCode(code));
            }
            MemorySegment functions = abi.pointer(answer, 0).reinterpret(list.size());
            for (NativeFunction function : NativeFunction.values()) {
                MemorySegment address = abi.pointer(functions, list.at(1 + function.place()));
                if (address.address() != 0) {
                    String arguments = function.arguments();
                    MethodHandle handle = linker.downcallHandle(address, descriptor(arguments));
                    handles.put(function, widened(handle, arguments));
                }
            }
        }
    }

    private FunctionDescriptor descriptor(String arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length()];
        for (int i = 0; i < layouts.length; i++) {
            layouts[i] =
                    switch (arguments.charAt(i)) {
                        case 'n' -> abi.numberLayout();
                        case 'b' -> ValueLayout.JAVA_BYTE;
                        default -> ValueLayout.ADDRESS;
                    };
        }
        return FunctionDescriptor.of(abi.numberLayout(), layouts);
    }

    /// The same function with every CK_ULONG as a long.
    private static MethodHandle widened(MethodHandle handle, String arguments) {
        Class<?>[] types = new Class<?>[arguments.length()];
        for (int i = 0; i < types.length; i++) {
            types[i] =
                    switch (arguments.charAt(i)) {
                        case 'n' -> long.class;
                        case 'b' -> byte.class;
                        default -> MemorySegment.class;
                    };
        }
        return MethodHandles.explicitCastArguments(
                handle, MethodType.methodType(long.class, types));
    }

    private static long invoked(MethodHandle handle, Object... arguments) {
        try {
            return (long) handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native function throws nothing", e);
        }
    }
}
