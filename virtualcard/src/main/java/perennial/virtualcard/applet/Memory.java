// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

/// Everything the card still knows after a power cut: reference values with their tries, the card
/// management key, private keys, data objects.
///
/// What is changed here counts only once [#commit] has answered; a commit that fails takes all
/// changes since the last one back.
public final class Memory {
    public static final int MAX_OBJECT = 4096;
    static final byte[] NOTHING = new byte[0];

    private static final byte FORMAT = 1;
    private static final int MAX_OBJECTS = 48;
    private static final int FIRST_SLOT = 0x9A;
    private static final int SLOTS = 5;

    final ReferenceValue pin = new ReferenceValue();
    final ReferenceValue puk = new ReferenceValue();

    private final Storage storage;
    private final byte[] algorithms = new byte[SLOTS];
    private final byte[][] privateKeys = new byte[SLOTS][];
    private final int[] tags = new int[MAX_OBJECTS];
    private final byte[][] objects = new byte[MAX_OBJECTS][];
    private byte[] managementKey = NOTHING;
    private byte[] committed = NOTHING;

    private Memory(Storage storage) {
        this.storage = storage;
        clear();
    }

    /// A card as it leaves the factory: its values are set, nothing else is on it.
    ///
    /// @param pin eight octets, filled up with FF
    /// @param puk likewise
    /// @param managementKey 24 octets
    public static Memory factoryNew(
            Storage storage, byte[] pin, byte[] puk, byte[] managementKey, int tries) {
        if (!ReferenceValue.wellFormed(pin, 0) || !ReferenceValue.wellFormed(puk, 0)) {
            throw new IllegalArgumentException("PIN and PUK take 6 to 8 visible characters");
        }
        Memory memory = new Memory(storage);
        memory.pin.limit = tries;
        memory.puk.limit = tries;
        memory.pin.set(pin, 0);
        memory.puk.set(puk, 0);
        memory.managementKey = managementKey.clone();
        memory.committed = memory.content();
        return memory;
    }

    /// The memory with content that [#content] gave.
    ///
    /// @throws IllegalArgumentException when the content is no such
    public static Memory of(Storage storage, byte[] content) {
        Memory memory = new Memory(storage);
        try {
            memory.read(content);
        } catch (IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new IllegalArgumentException("not the memory of a card", e);
        }
        memory.committed = content.clone();
        return memory;
    }

    /// What was committed last.
    public byte[] committed() {
        return committed.clone();
    }

    /// For the card's maker; a card never gives it out unasked.
    public byte[] managementKey() {
        return managementKey.clone();
    }

    boolean commit() {
        byte[] content = content();
        if (storage.store(content)) {
            committed = content;
            return true;
        }
        clear();
        read(committed);
        return false;
    }

    /// Empty when there is none.
    byte[] privateKey(int reference) {
        return hasSlot(reference) ? privateKeys[reference - FIRST_SLOT] : NOTHING;
    }

    byte algorithm(int reference) {
        return algorithms[reference - FIRST_SLOT];
    }

    static boolean hasSlot(int reference) {
        return reference == 0x9A || (reference >= 0x9C && reference <= 0x9E);
    }

    void setKey(int reference, byte algorithm, byte[] privateKey) {
        algorithms[reference - FIRST_SLOT] = algorithm;
        privateKeys[reference - FIRST_SLOT] = privateKey;
    }

    /// The object with its outer tag, empty when there is none.
    byte[] object(int tag) {
        for (int i = 0; i < MAX_OBJECTS; i++) {
            if (tags[i] == tag) {
                return objects[i];
            }
        }
        return NOTHING;
    }

    /// @param object with its outer tag, empty to delete
    /// @return false when there is no room
    boolean setObject(int tag, byte[] object) {
        int place = -1;
        for (int i = MAX_OBJECTS - 1; i >= 0; i--) {
            if (tags[i] == tag || (tags[i] == 0 && place < 0)) {
                place = i;
            }
            if (tags[i] == tag) {
                break;
            }
        }
        if (place < 0) {
            return object.length == 0;
        }
        tags[place] = object.length == 0 ? 0 : tag;
        objects[place] = object;
        return true;
    }

    private void clear() {
        managementKey = NOTHING;
        for (int i = 0; i < SLOTS; i++) {
            algorithms[i] = 0;
            privateKeys[i] = NOTHING;
        }
        for (int i = 0; i < MAX_OBJECTS; i++) {
            tags[i] = 0;
            objects[i] = NOTHING;
        }
    }

    private byte[] content() {
        Octets out = new Octets(size());
        out.put(FORMAT);
        write(out, pin);
        write(out, puk);
        out.putCounted(managementKey);
        for (int i = 0; i < SLOTS; i++) {
            out.put(algorithms[i]);
            out.putCounted(privateKeys[i]);
        }
        for (int i = 0; i < MAX_OBJECTS; i++) {
            if (tags[i] != 0) {
                out.putNumber(tags[i]);
                out.putCounted(objects[i]);
            }
        }
        return out.toArray();
    }

    private int size() {
        int size = 1 + 2 * (ReferenceValue.LENGTH + 2) + 4 + managementKey.length;
        for (int i = 0; i < SLOTS; i++) {
            size += 1 + 4 + privateKeys[i].length;
        }
        for (int i = 0; i < MAX_OBJECTS; i++) {
            size += 8 + objects[i].length;
        }
        return size;
    }

    private void read(byte[] content) {
        Octets in = new Octets(content);
        if (in.get() != FORMAT) {
            throw new IllegalArgumentException("not the memory of a card of format 1");
        }
        read(in, pin);
        read(in, puk);
        managementKey = in.getCounted();
        for (int i = 0; i < SLOTS; i++) {
            algorithms[i] = in.get();
            privateKeys[i] = in.getCounted();
        }
        for (int i = 0; in.hasMore(); i++) {
            tags[i] = in.getNumber();
            objects[i] = in.getCounted();
        }
    }

    private static void write(Octets out, ReferenceValue reference) {
        out.put(reference.value);
        out.put((byte) reference.triesLeft);
        out.put((byte) reference.limit);
    }

    private static void read(Octets in, ReferenceValue reference) {
        in.get(reference.value);
        reference.triesLeft = in.get();
        reference.limit = in.get();
    }
}
