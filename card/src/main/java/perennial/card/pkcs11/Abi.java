// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How the platform lays out Cryptoki's types: CK_ULONG is `unsigned long`, and on Windows the
/// structures are packed (PKCS #11 v2.40 base, 2.1).
///
/// @param number octets of a CK_ULONG
/// @param pointer octets of a pointer
/// @param packed whether structures have no gaps
record Abi(int number, int pointer, boolean packed) {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /// Of this computer.
    static Abi host() {
        int pointer = (int) ValueLayout.ADDRESS.byteSize();
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return new Abi(windows ? Integer.BYTES : pointer, pointer, windows);
    }

    /// CK_ULONG as an argument or result.
    MemoryLayout numberLayout() {
        return number == Long.BYTES ? ValueLayout.JAVA_LONG : ValueLayout.JAVA_INT;
    }

    /// All ones, "not available", are -1 whatever the width.
    long number(MemorySegment from, long offset) {
        return number == Long.BYTES ? from.get(LONG, offset) : widened(from.get(INT, offset));
    }

    static long widened(int value) {
        return value == -1 ? -1 : Integer.toUnsignedLong(value);
    }

    void putNumber(MemorySegment to, long offset, long value) {
        if (number == Long.BYTES) {
            to.set(LONG, offset, value);
        } else {
            to.set(INT, offset, (int) value);
        }
    }

    MemorySegment pointer(MemorySegment from, long offset) {
        return from.get(ValueLayout.ADDRESS_UNALIGNED, offset);
    }

    void putPointer(MemorySegment to, long offset, MemorySegment value) {
        to.set(ValueLayout.ADDRESS_UNALIGNED, offset, value);
    }

    /// @param fields in order: `n` a CK_ULONG, `p` a pointer, digits that many octets
    Structure structure(String fields) {
        String[] names = fields.split(" ");
        long[] offsets = new long[names.length];
        long end = 0;
        int widest = 1;
        for (int i = 0; i < names.length; i++) {
            int octets =
                    switch (names[i]) {
                        case "n" -> number;
                        case "p" -> pointer;
                        default -> Integer.parseInt(names[i]);
                    };
            boolean text = Character.isDigit(names[i].charAt(0));
            int alignment = packed || text ? 1 : octets;
            widest = Math.max(widest, alignment);
            offsets[i] = aligned(end, alignment);
            end = offsets[i] + octets;
        }
        return new Structure(offsets, aligned(end, widest));
    }

    private static long aligned(long offset, int alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }

    /// Where the fields of a structure are.
    ///
    /// @param size of the whole, with what fills up the last field
    record Structure(long[] offsets, long size) {
        long at(int field) {
            return offsets[field];
        }
    }
}
