// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The memory of one call: what the library reads from and writes to. Everything in it is
/// overwritten when it is closed.
final class NativeMemory implements AutoCloseable {
    private static final String ATTRIBUTE = "n p n";

    private final Abi abi;
    private final Arena arena = Arena.ofConfined();
    private final List<MemorySegment> segments = new ArrayList<>();

    NativeMemory(Abi abi) {
        this.abi = abi;
    }

    /// Zeros, aligned for anything.
    MemorySegment octets(long size) {
        MemorySegment segment = arena.allocate(Math.max(size, 1), 16);
        segments.add(segment);
        return segment;
    }

    MemorySegment copy(byte[] octets) {
        MemorySegment segment = octets(octets.length);
        MemorySegment.copy(octets, 0, segment, ValueLayout.JAVA_BYTE, 0, octets.length);
        return segment;
    }

    /// Room for a CK_ULONG with this value in it.
    MemorySegment number(long value) {
        MemorySegment segment = octets(abi.number());
        abi.putNumber(segment, 0, value);
        return segment;
    }

    /// An array of CK_ATTRIBUTE.
    MemorySegment template(List<Attribute> attributes) {
        Abi.Structure structure = abi.structure(ATTRIBUTE);
        MemorySegment array = octets(structure.size() * attributes.size());
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            byte[] value = attribute.value();
            MemorySegment content =
                    Attribute.isNumber(attribute.type())
                            ? number(ByteBuffer.wrap(value).getLong())
                            : copy(value);
            long length = Attribute.isNumber(attribute.type()) ? abi.number() : value.length;
            MemorySegment one = array.asSlice(i * structure.size(), structure.size());
            abi.putNumber(one, structure.at(0), attribute.type());
            abi.putPointer(one, structure.at(1), content);
            abi.putNumber(one, structure.at(2), length);
        }
        return array;
    }

    /// One CK_ATTRIBUTE that asks for a value.
    MemorySegment question(long type, MemorySegment room, long length) {
        Abi.Structure structure = abi.structure(ATTRIBUTE);
        MemorySegment one = octets(structure.size());
        abi.putNumber(one, structure.at(0), type);
        abi.putPointer(one, structure.at(1), room);
        abi.putNumber(one, structure.at(2), length);
        return one;
    }

    /// The length that the library wrote into a question.
    long answeredLength(MemorySegment question) {
        return abi.number(question, abi.structure(ATTRIBUTE).at(2));
    }

    MemorySegment mechanism(Mechanism mechanism) {
        Abi.Structure structure = abi.structure("n p n");
        MemorySegment segment = octets(structure.size());
        MemorySegment parameter = parameter(mechanism);
        abi.putNumber(segment, structure.at(0), mechanism.type());
        abi.putPointer(segment, structure.at(1), parameter);
        abi.putNumber(segment, structure.at(2), parameter.byteSize());
        return segment;
    }

    private MemorySegment parameter(Mechanism mechanism) {
        return switch (mechanism) {
            case Mechanism.Plain _ -> MemorySegment.NULL;
            case Mechanism.Pss(long hash, long mask, long saltLength) ->
                    numbers("n n n", hash, mask, saltLength);
            case Mechanism.Oaep(long hash, long mask) ->
                    numbers("n n n p n", hash, mask, Ck.CKZ_DATA_SPECIFIED);
            case Mechanism.Ecdh1(byte[] point) -> {
                Abi.Structure structure = abi.structure("n n p n p");
                MemorySegment parameter = octets(structure.size());
                abi.putNumber(parameter, structure.at(0), Ck.CKD_NULL);
                abi.putNumber(parameter, structure.at(3), point.length);
                abi.putPointer(parameter, structure.at(4), copy(point));
                yield parameter;
            }
        };
    }

    /// A structure whose first fields are these numbers and whose other fields are zero.
    private MemorySegment numbers(String fields, long... values) {
        Abi.Structure structure = abi.structure(fields);
        MemorySegment segment = octets(structure.size());
        for (int i = 0; i < values.length; i++) {
            abi.putNumber(segment, structure.at(i), values[i]);
        }
        return segment;
    }

    static byte[] array(MemorySegment from, long length) {
        return from.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /// A text field without the blanks or zeros that fill it up.
    static String text(MemorySegment from, long offset, int length) {
        byte[] octets = from.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(octets, StandardCharsets.UTF_8);
        int zero = text.indexOf('\0');
        return (zero < 0 ? text : text.substring(0, zero)).strip();
    }

    /// CK_VERSION.
    static String version(MemorySegment from, long offset) {
        int major = Byte.toUnsignedInt(from.get(ValueLayout.JAVA_BYTE, offset));
        int minor = Byte.toUnsignedInt(from.get(ValueLayout.JAVA_BYTE, offset + 1));
        return major + "." + minor;
    }

    @Override
    public void close() {
        segments.forEach(segment -> segment.fill((byte) 0));
        arena.close();
    }
}
