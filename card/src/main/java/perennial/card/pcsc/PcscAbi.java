// SPDX-License-Identifier: Apache-2.0
package perennial.card.pcsc;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/// How the PC/SC interface looks in memory on one system: the same functions everywhere, but
/// numbers, handles, texts and the reader state differ. Only Linux is proven.
///
/// @param library where the system keeps it
/// @param number DWORD and LONG: C's `long` on Linux, 32 bits on Windows and macOS
/// @param handle SCARDCONTEXT and SCARDHANDLE
/// @param textSuffix what functions with texts are called with
/// @param text the encoding of reader names
/// @param atrRoom octets for the ATR in a reader state
/// @param packed whether the reader state has no padding
/// @param announcesReaders whether the pseudo reader of hot-plugging is known
record PcscAbi(
        String library,
        MemoryLayout number,
        MemoryLayout handle,
        String textSuffix,
        Charset text,
        int atrRoom,
        boolean packed,
        boolean announcesReaders) {
    private static final int POINTER = 8;

    static PcscAbi ofThisSystem() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            // By its full path: a library of that name in a working folder is not the system's.
            String root = System.getenv().getOrDefault("SystemRoot", "C:\\Windows");
            return windows(root + "\\System32\\WinSCard.dll");
        }
        return system.startsWith("mac")
                ? macOs("/System/Library/Frameworks/PCSC.framework/PCSC")
                : linux("libpcsclite.so.1");
    }

    static PcscAbi linux(String library) {
        MemoryLayout cLong =
                Objects.requireNonNull(Linker.nativeLinker().canonicalLayouts().get("long"));
        return new PcscAbi(library, cLong, cLong, "", StandardCharsets.UTF_8, 33, false, true);
    }

    static PcscAbi windows(String library) {
        return new PcscAbi(
                library,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                "W",
                StandardCharsets.UTF_16LE,
                36,
                false,
                true);
    }

    static PcscAbi macOs(String library) {
        return new PcscAbi(
                library,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                "",
                StandardCharsets.UTF_8,
                33,
                true,
                false);
    }

    /// Octets of one character of a text.
    int characterSize() {
        return text.equals(StandardCharsets.UTF_16LE) ? 2 : 1;
    }

    MemorySegment allocateNumber(Arena arena, long value) {
        MemorySegment number = arena.allocate(POINTER, POINTER);
        putNumber(number, 0, value);
        return number;
    }

    MemorySegment allocateHandle(Arena arena) {
        return arena.allocate(POINTER, POINTER);
    }

    MemorySegment allocateText(Arena arena, String value) {
        return arena.allocateFrom(value, text);
    }

    /// An unsigned DWORD.
    long number(MemorySegment at, long offset) {
        return read(number, at, offset);
    }

    long handle(MemorySegment at) {
        return read(handle, at, 0);
    }

    void putNumber(MemorySegment at, long offset, long value) {
        if (number.byteSize() == Long.BYTES) {
            at.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
        } else {
            at.set(ValueLayout.JAVA_INT_UNALIGNED, offset, (int) value);
        }
    }

    /// SCARD_IO_REQUEST: protocol and own length, two numbers.
    MemorySegment allocateIoRequest(Arena arena, long protocol) {
        long size = 2 * number.byteSize();
        MemorySegment request = arena.allocate(size, POINTER);
        putNumber(request, 0, protocol);
        putNumber(request, number.byteSize(), size);
        return request;
    }

    /// Octets of one SCARD_READERSTATE: name, user data, current state, event state, length of the
    /// ATR, ATR.
    long readerStateSize() {
        long size = atrOffset() + atrRoom;
        return packed ? size : (size + POINTER - 1) / POINTER * POINTER;
    }

    long currentStateOffset() {
        return 2 * POINTER;
    }

    long eventStateOffset() {
        return currentStateOffset() + number.byteSize();
    }

    private long atrOffset() {
        return currentStateOffset() + 3 * number.byteSize();
    }

    private static long read(MemoryLayout layout, MemorySegment at, long offset) {
        return layout.byteSize() == Long.BYTES
                ? at.get(ValueLayout.JAVA_LONG_UNALIGNED, offset)
                : Integer.toUnsignedLong(at.get(ValueLayout.JAVA_INT_UNALIGNED, offset));
    }
}
