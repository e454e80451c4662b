// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

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
import java.util.Arrays;
import perennial.card.CardException;
import perennial.core.advice.Problem;

/// The functions of PC/SC (part 5) that we use, one call each; every one gives a return code.
/// Numbers and handles are `long` here, whatever their width is on this system. Safe for use by
/// many threads.
///
/// The library stays loaded until the process ends: another part of it may use it as well.
final class Winscard {
    private static final char NUMBER = 'n';
    private static final char HANDLE = 'h';
    private static final char POINTER = 'p';

    private final PcscAbi abi;
    private final MethodHandle establishContext;
    private final MethodHandle releaseContext;
    private final MethodHandle cancel;
    private final MethodHandle listReaders;
    private final MethodHandle getStatusChange;
    private final MethodHandle connect;
    private final MethodHandle reconnect;
    private final MethodHandle disconnect;
    private final MethodHandle status;
    private final MethodHandle transmit;

    private Winscard(PcscAbi abi, SymbolLookup library) {
        this.abi = abi;
        String text = abi.textSuffix();
        establishContext =
                bind(library, "SCardEstablishContext", NUMBER, POINTER, POINTER, POINTER);
        releaseContext = bind(library, "SCardReleaseContext", HANDLE);
        cancel = bind(library, "SCardCancel", HANDLE);
        listReaders = bind(library, "SCardListReaders" + text, HANDLE, POINTER, POINTER, POINTER);
        getStatusChange =
                bind(library, "SCardGetStatusChange" + text, HANDLE, NUMBER, POINTER, NUMBER);
        connect =
                bind(
                        library,
                        "SCardConnect" + text,
                        HANDLE,
                        POINTER,
                        NUMBER,
                        NUMBER,
                        POINTER,
                        POINTER);
        reconnect = bind(library, "SCardReconnect", HANDLE, NUMBER, NUMBER, NUMBER, POINTER);
        disconnect = bind(library, "SCardDisconnect", HANDLE, NUMBER);
        status =
                bind(
                        library,
                        "SCardStatus" + text,
                        HANDLE,
                        POINTER,
                        POINTER,
                        POINTER,
                        POINTER,
                        POINTER,
                        POINTER);
        transmit =
                bind(
                        library,
                        "SCardTransmit",
                        HANDLE,
                        POINTER,
                        POINTER,
                        NUMBER,
                        POINTER,
                        POINTER,
                        POINTER);
    }

    /// @throws CardException READER_SERVICE_MISSING when the system has no such library
    @SuppressWarnings("restricted")
    static Winscard load(PcscAbi abi) {
        try {
            return new Winscard(abi, SymbolLookup.libraryLookup(abi.library(), Arena.global()));
        } catch (IllegalArgumentException e) {
            throw new CardException(
                    Problem.READER_SERVICE_MISSING, abi.library() + " cannot be loaded", e);
        }
    }

    PcscAbi abi() {
        return abi;
    }

    int establishContext(long scope, MemorySegment context) {
        try {
            return (int)
                    (long)
                            establishContext.invokeExact(
                                    scope, MemorySegment.NULL, MemorySegment.NULL, context);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int releaseContext(long context) {
        try {
            return (int) (long) releaseContext.invokeExact(context);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int cancel(long context) {
        try {
            return (int) (long) cancel.invokeExact(context);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int listReaders(long context, MemorySegment names, MemorySegment length) {
        try {
            return (int) (long) listReaders.invokeExact(context, MemorySegment.NULL, names, length);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int getStatusChange(long context, long millis, MemorySegment states, long count) {
        try {
            return (int) (long) getStatusChange.invokeExact(context, millis, states, count);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int connect(
            long context,
            MemorySegment reader,
            long share,
            long protocols,
            MemorySegment card,
            MemorySegment protocol) {
        try {
            return (int)
                    (long) connect.invokeExact(context, reader, share, protocols, card, protocol);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int reconnect(
            long card, long share, long protocols, long initialization, MemorySegment protocol) {
        try {
            return (int)
                    (long) reconnect.invokeExact(card, share, protocols, initialization, protocol);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int disconnect(long card, long disposition) {
        try {
            return (int) (long) disconnect.invokeExact(card, disposition);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int status(
            long card,
            MemorySegment name,
            MemorySegment nameLength,
            MemorySegment state,
            MemorySegment protocol,
            MemorySegment atr,
            MemorySegment atrLength) {
        try {
            return (int)
                    (long)
                            status.invokeExact(
                                    card, name, nameLength, state, protocol, atr, atrLength);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int transmit(
            long card,
            MemorySegment ioRequest,
            MemorySegment command,
            long commandLength,
            MemorySegment answer,
            MemorySegment answerLength) {
        try {
            return (int)
                    (long)
                            transmit.invokeExact(
                                    card,
                                    ioRequest,
                                    command,
                                    commandLength,
                                    MemorySegment.NULL,
                                    answer,
                                    answerLength);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    @SuppressWarnings("restricted")
    private MethodHandle bind(SymbolLookup library, String name, char... parameters) {
        MemoryLayout[] layouts = new MemoryLayout[parameters.length];
        Class<?>[] types = new Class<?>[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            layouts[i] =
                    switch (parameters[i]) {
                        case NUMBER -> abi.number();
                        case HANDLE -> abi.handle();
                        default -> ValueLayout.ADDRESS;
                    };
            types[i] = parameters[i] == POINTER ? MemorySegment.class : long.class;
        }
        MemorySegment symbol =
                library.find(name)
                        .orElseThrow(() ->
                                new IllegalArgumentException(name + " is not in the library"));
        MethodHandle handle =
                Linker.nativeLinker()
                        .downcallHandle(symbol, FunctionDescriptor.of(abi.number(), layouts));
        return MethodHandles.explicitCastArguments(
                handle, MethodType.methodType(long.class, Arrays.asList(types)));
    }

    /// A linked function throws nothing itself.
    private static IllegalStateException broken(Throwable e) {
        return new IllegalStateException("a PC/SC function cannot be called", e);
    }
}
