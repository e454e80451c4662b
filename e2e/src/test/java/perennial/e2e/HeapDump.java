// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A heap dump (HPROF binary format 1.0.2, identifiers of 8 octets): says which array a place in
/// the file belongs to, and who refers to it.
final class HeapDump {
    private static final int UTF8 = 0x01;
    private static final int LOAD_CLASS = 0x02;
    private static final int DUMP = 0x0C;
    private static final int DUMP_SEGMENT = 0x1C;
    private static final int IDENTIFIER = 8;
    private static final String[] TYPES = {
        "", "", "Object", "", "boolean", "char", "float", "double", "byte", "short", "int", "long"
    };
    private static final int[] SIZES = {0, 0, IDENTIFIER, 0, 1, 2, 4, 8, 1, 2, 4, 8};

    /// What follows the identifier of a root, by its tag.
    private static final Map<Integer, Integer> ROOTS =
            Map.of(
                    0xFF,
                    0,
                    0x01,
                    IDENTIFIER,
                    0x02,
                    8,
                    0x03,
                    8,
                    0x04,
                    4,
                    0x05,
                    0,
                    0x06,
                    4,
                    0x07,
                    0,
                    0x08,
                    8);

    private final Path file;
    private final Map<Long, String> texts = new HashMap<>();
    private final Map<Long, String> classes = new HashMap<>();

    /// What holds the places that are asked for; of arrays their identifiers, to find who refers.
    private final Map<Long, String> holders = new TreeMap<>();

    private final Map<Long, Long> arrays = new TreeMap<>();
    private final Map<Long, TreeSet<String>> owners = new HashMap<>();
    private final TreeSet<Long> places;
    private final Set<Long> found = new HashSet<>();
    private boolean lookingForOwners;
    private long position;

    private HeapDump(Path file, List<Long> places) {
        this.file = file;
        this.places = new TreeSet<>(places);
    }

    /// One sentence for each place.
    static List<String> holders(Path file, List<Long> places) throws IOException {
        HeapDump dump = new HeapDump(file, places);
        dump.read();
        dump.lookingForOwners = true;
        dump.read();
        List<String> sentences = new ArrayList<>();
        dump.holders.forEach((place, holder) -> {
            TreeSet<String> by =
                    dump.owners.getOrDefault(dump.arrays.getOrDefault(place, 0L), new TreeSet<>());
            sentences.add("%s, referred to by %s".formatted(holder, by.isEmpty() ? "none" : by));
        });
        return sentences;
    }

    private void read() throws IOException {
        position = 0;
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
            while (in.readByte() != 0) {
                position++;
            }
            position++;
            if (in.readInt() != IDENTIFIER) {
                throw new IOException("identifiers of other than 8 octets");
            }
            skip(in, 8);
            position += 4;
            for (int tag = in.read(); tag >= 0; tag = in.read()) {
                skip(in, 4);
                long length = in.readInt() & 0xFFFFFFFFL;
                position += 5;
                record(in, tag, length);
            }
        }
    }

    private void record(DataInputStream in, int tag, long length) throws IOException {
        long end = position + length;
        switch (tag) {
            case UTF8 -> {
                long id = identifier(in);
                byte[] text = new byte[(int) (end - position)];
                in.readFully(text);
                position = end;
                texts.put(id, new String(text, StandardCharsets.UTF_8));
            }
            case LOAD_CLASS -> {
                skip(in, 4);
                long id = identifier(in);
                skip(in, 4);
                classes.put(id, texts.getOrDefault(identifier(in), "?"));
            }
            case DUMP, DUMP_SEGMENT -> {
                while (position < end) {
                    subRecord(in);
                }
            }
            default -> skip(in, length);
        }
    }

    private void subRecord(DataInputStream in) throws IOException {
        int tag = in.readUnsignedByte();
        position++;
        long id = identifier(in);
        switch (tag) {
            case 0x20 -> classDump(in, id);
            case 0x21 -> {
                skip(in, 4);
                String of = classes.getOrDefault(identifier(in), "?");
                long length = number(in);
                references(in, length, "an instance of " + of);
            }
            case 0x22 -> {
                skip(in, 4);
                long elements = number(in);
                String of = classes.getOrDefault(identifier(in), "?");
                references(in, IDENTIFIER * elements, "an array of " + of);
            }
            case 0x23 -> {
                skip(in, 4);
                long elements = number(in);
                int type = in.readUnsignedByte();
                position++;
                octets(in, id, elements * SIZES[type], "%s[%d]".formatted(TYPES[type], elements));
            }
            default -> {
                Integer more = ROOTS.get(tag);
                if (more == null) {
                    throw new IOException("sub-record %02X at %d".formatted(tag, position));
                }
                skip(in, more);
            }
        }
    }

    private void classDump(DataInputStream in, long id) throws IOException {
        String name = "class " + classes.getOrDefault(id, "?");
        skip(in, 4 + 6 * IDENTIFIER + 4);
        if (in.readUnsignedShort() != 0) {
            throw new IOException("a constant pool, which HotSpot does not write");
        }
        int statics = in.readUnsignedShort();
        position += 4;
        for (int i = 0; i < statics; i++) {
            skip(in, IDENTIFIER);
            int type = in.readUnsignedByte();
            position++;
            if (type == 2) {
                references(in, IDENTIFIER, name);
            } else {
                skip(in, SIZES[type]);
            }
        }
        int fields = in.readUnsignedShort();
        position += 2;
        skip(in, (IDENTIFIER + 1L) * fields);
    }

    private void octets(DataInputStream in, long id, long length, String what) throws IOException {
        long start = position;
        skip(in, length);
        for (long place : places.subSet(start, position)) {
            holders.put(place, what);
            arrays.put(place, id);
            found.add(id);
        }
    }

    /// The fields of an instance stand one after the other without their types: every eight octets
    /// at every place are compared.
    private void references(DataInputStream in, long length, String who) throws IOException {
        if (!lookingForOwners) {
            octets(in, 0, length, who);
            return;
        }
        long window = 0;
        for (long i = 0; i < length; i++) {
            window = (window << 8) | in.readUnsignedByte();
            if (i >= 7 && found.contains(window)) {
                owners.computeIfAbsent(window, _ -> new TreeSet<>()).add(who);
            }
        }
        position += length;
    }

    private long identifier(DataInputStream in) throws IOException {
        position += IDENTIFIER;
        return in.readLong();
    }

    private long number(DataInputStream in) throws IOException {
        position += 4;
        return in.readInt() & 0xFFFFFFFFL;
    }

    private void skip(DataInputStream in, long length) throws IOException {
        in.skipNBytes(length);
        position += length;
    }
}
