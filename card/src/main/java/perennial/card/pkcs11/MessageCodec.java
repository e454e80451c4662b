// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Calls and answers as octets, by the shape of their records: numbers big-endian, every length and
/// count in four octets, one of a sealed family by its place among the family's records.
///
/// Only both ends of one pipe, of one version, ever see these octets. The reader believes nothing:
/// types come from the records alone, lengths are held against what is there.
final class MessageCodec {
    /// Octets of a message; every bound of [NativeCryptoki] fits.
    static final int MAX_MESSAGE = 256 * 1024;

    private MessageCodec() {}

    /// Writes a call or an answer.
    static void write(ByteBuffer to, Class<?> family, Object message) {
        writeValue(to, family, message);
    }

    /// Reads exactly one message of the family.
    ///
    /// @throws IllegalArgumentException for anything else
    static <T> T read(ByteBuffer from, Class<T> family) {
        try {
            T message = family.cast(readValue(from, family));
            if (from.hasRemaining()) {
                throw new IllegalArgumentException("octets after the message");
            }
            return message;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a message ends too early", e);
        }
    }

    private static void writeValue(ByteBuffer to, Type type, Object value) {
        switch (value) {
            case Long number -> to.putLong(number);
            case Integer number -> to.putInt(number);
            case Boolean bit -> to.put((byte) (bit ? 1 : 0));
            case Enum<?> one ->
                    to.putInt(
                            Arrays.asList(one.getDeclaringClass().getEnumConstants()).indexOf(one));
            case byte[] octets -> to.putInt(octets.length).put(octets);
            case String text -> {
                byte[] octets = text.getBytes(StandardCharsets.UTF_8);
                to.putInt(octets.length).put(octets);
            }
            case List<?> list -> {
                to.putInt(list.size());
                list.forEach(element -> writeValue(to, element(type), element));
            }
            case Optional<?> optional -> {
                to.put((byte) (optional.isPresent() ? 1 : 0));
                optional.ifPresent(present -> writeValue(to, element(type), present));
            }
            case Record message -> writeRecord(to, (Class<?>) type, message);
            default -> throw new IllegalStateException("no message has a " + value.getClass());
        }
    }

    private static void writeRecord(ByteBuffer to, Class<?> type, Record message) {
        if (type.isSealed()) {
            to.putInt(records(type).indexOf(message.getClass()));
        }
        for (RecordComponent component : message.getClass().getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(message);
                writeValue(to, component.getGenericType(), value);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("records show their components", e);
            }
        }
    }

    private static Object readValue(ByteBuffer from, Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class
                    ? readList(from, element(type))
                    : readOptional(from, element(type));
        }
        Class<?> raw = (Class<?>) type;
        if (raw == long.class || raw == Long.class) {
            return from.getLong();
        }
        if (raw == int.class) {
            return from.getInt();
        }
        if (raw == boolean.class) {
            return readBit(from);
        }
        if (raw == byte[].class) {
            return readOctets(from);
        }
        if (raw == String.class) {
            return new String(readOctets(from), StandardCharsets.UTF_8);
        }
        if (raw.isEnum()) {
            return chosen(from, Arrays.asList(raw.getEnumConstants()));
        }
        return readRecord(from, raw.isSealed() ? chosen(from, records(raw)) : raw);
    }

    private static Object readRecord(ByteBuffer from, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = readValue(from, components[i].getGenericType());
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("records can be made", e);
        }
    }

    private static List<Object> readList(ByteBuffer from, Type element) {
        int count = from.getInt();
        if (count < 0 || count > from.remaining()) {
            throw new IllegalArgumentException("a list of %d elements".formatted(count));
        }
        List<Object> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(readValue(from, element));
        }
        return list;
    }

    private static Optional<Object> readOptional(ByteBuffer from, Type element) {
        return readBit(from) ? Optional.of(readValue(from, element)) : Optional.empty();
    }

    private static boolean readBit(ByteBuffer from) {
        return switch (from.get()) {
            case 0 -> false;
            case 1 -> true;
            default -> throw new IllegalArgumentException("a bit is 0 or 1");
        };
    }

    private static byte[] readOctets(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new IllegalArgumentException("a value of %d octets".formatted(length));
        }
        byte[] octets = new byte[length];
        from.get(octets);
        return octets;
    }

    private static <T> T chosen(ByteBuffer from, List<T> family) {
        int place = from.getInt();
        if (place < 0 || place >= family.size()) {
            throw new IllegalArgumentException("one of %d, got %d".formatted(family.size(), place));
        }
        return family.get(place);
    }

    private static Type element(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    /// The records of a sealed family, those of its sealed members included.
    private static List<Class<?>> records(Class<?> family) {
        return Arrays.stream(family.getPermittedSubclasses())
                .flatMap(member -> member.isRecord() ? Stream.of(member) : records(member).stream())
                .toList();
    }
}
