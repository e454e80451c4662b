// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The four functions of the C library that a question over netlink takes (socket(2), send(2),
/// recv(2), close(2)). Linux only. Safe for use by many threads.
final class NetlinkCalls {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int MSG_DONTWAIT = 0x40;

    private final MethodHandle socket;
    private final MethodHandle send;
    private final MethodHandle receive;
    private final MethodHandle close;

    NetlinkCalls() {
        FunctionDescriptor transfer =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT);
        socket =
                bind(
                        "socket",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT));
        send = bind("send", transfer);
        receive = bind("recv", transfer);
        close = bind("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    /// A descriptor to ask the kernel's socket diagnosis; the caller closes it.
    ///
    /// @throws IOException when the kernel has none, or none for this process
    int open() throws IOException {
        try {
            return found(
                    (int) socket.invokeExact(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG),
                    "socket");
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    void send(int descriptor, MemorySegment question) throws IOException {
        try {
            found((long) send.invokeExact(descriptor, question, question.byteSize(), 0), "send");
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /// Never waits: the kernel has answered before [#send] returns.
    ///
    /// @return octets that came
    long receive(int descriptor, MemorySegment answer) throws IOException {
        try {
            return found(
                    (long) receive.invokeExact(descriptor, answer, answer.byteSize(), MSG_DONTWAIT),
                    "recv");
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    void close(int descriptor) {
        try {
            int _ = (int) close.invokeExact(descriptor);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static int found(int result, String call) throws IOException {
        return (int) found((long) result, call);
    }

    private static long found(long result, String call) throws IOException {
        if (result < 0) {
            throw new IOException("netlink: %s failed".formatted(call));
        }
        return result;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle bind(String name, FunctionDescriptor shape) {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        return linker.downcallHandle(library.findOrThrow(name), shape);
    }

    /// A linked function throws nothing itself.
    private static IllegalStateException broken(Throwable e) {
        return new IllegalStateException("a function of the C library cannot be called", e);
    }
}
