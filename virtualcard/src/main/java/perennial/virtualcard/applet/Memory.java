// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.applet;

import org.jspecify.annotations.Nullable;

/// Everything the card still knows after a power cut: reference values with their tries, the card
/// management key, key pairs, data objects.
///
/// What is changed here counts only once [#commit] has answered; a commit that fails takes all
/// changes since the last one back.
///
/// Format 2. Format 1 had the holder's four keys only, without their public halves, on a card of SP
/// 800-73-4 and nothing else; it is read as such a card and kept as format 2 from its first change
/// on.
public final class Memory {
    public static final int MAX_OBJECT = 4096;
    static final byte[] NOTHING = new byte[0];

    private static final byte FORMAT = 2;
    private static final byte FORMAT_WITHOUT_PUBLIC_KEYS = 1;
    private static final int MAX_OBJECTS = 48;
    private static final int FIRST_HOLDERS = 0x9A;
    private static final int FIRST_RETIRED = 0x82;
    private static final int LAST_RETIRED = 0x95;
    private static final int PLACE_RETIRED = 4;
    private static final int PLACE_ATTESTATION = 24;
    private static final int PLACES = 25;

    final ReferenceValue pin = new ReferenceValue();
    final ReferenceValue puk = new ReferenceValue();

    private final Storage storage;
    private final @Nullable CardKey[] keys = new CardKey[PLACES];
    private final int[] tags = new int[MAX_OBJECTS];
    private final byte[][] objects = new byte[MAX_OBJECTS][];
    private Product product = new Product(Product.STANDARD, 0);
    private byte managementAlgorithm = Coprocessor.AES_192;
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
    public static Memory factoryNew(
            Storage storage, Product product, byte[] pin, byte[] puk, int tries) {
        if (!ReferenceValue.wellFormed(pin, 0) || !ReferenceValue.wellFormed(puk, 0)) {
            throw new IllegalArgumentException("PIN and PUK take 6 to 8 visible characters");
        }
        Memory memory = new Memory(storage);
        memory.product = product;
        memory.pin.limit = tries;
        memory.puk.limit = tries;
        memory.pin.set(pin, 0);
        memory.puk.set(puk, 0);
        memory.committed = memory.content();
        return memory;
    }

    /// The memory with content that [#committed] gave.
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

    /// The algorithm identifier of the card management key.
    public byte managementAlgorithm() {
        return managementAlgorithm;
    }

    /// @param algorithm an algorithm identifier whose key has this length
    public void setManagementKey(byte algorithm, byte[] key) {
        if (key.length != Coprocessor.keyLength(algorithm)) {
            throw new IllegalArgumentException("a management key of another length");
        }
        managementAlgorithm = algorithm;
        managementKey = key.clone();
    }

    public Product product() {
        return product;
    }

    /// Makes what was changed count.
    ///
    /// @return whether it does
    public boolean commit() {
        byte[] content = content();
        if (storage.store(content)) {
            committed = content;
            return true;
        }
        clear();
        read(committed);
        return false;
    }

    @Nullable CardKey key(int reference) {
        return hasSlot(reference) ? keys[place(reference)] : null;
    }

    void setKey(int reference, @Nullable CardKey key) {
        keys[place(reference)] = key;
    }

    /// The holder's four, the twenty retired ones, the attestation key.
    static boolean hasSlot(int reference) {
        return isHoldersSlot(reference)
                || (reference >= FIRST_RETIRED && reference <= LAST_RETIRED)
                || reference == Piv.KEY_ATTESTATION;
    }

    static boolean isHoldersSlot(int reference) {
        return reference == 0x9A || (reference >= 0x9C && reference <= 0x9E);
    }

    private static int place(int reference) {
        if (reference == Piv.KEY_ATTESTATION) {
            return PLACE_ATTESTATION;
        }
        if (reference <= LAST_RETIRED) {
            return PLACE_RETIRED + reference - FIRST_RETIRED;
        }
        return reference == FIRST_HOLDERS ? 0 : reference - FIRST_HOLDERS - 1;
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
        for (int i = 0; i < PLACES; i++) {
            keys[i] = null;
        }
        for (int i = 0; i < MAX_OBJECTS; i++) {
            tags[i] = 0;
            objects[i] = NOTHING;
        }
    }

    private byte[] content() {
        Octets out = new Octets(size());
        out.put(FORMAT);
        out.put(product.generation);
        out.putNumber(product.serial);
        write(out, pin);
        write(out, puk);
        out.put(managementAlgorithm);
        out.putCounted(managementKey);
        for (int i = 0; i < PLACES; i++) {
            write(out, keys[i]);
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
        int size = 6 + 2 * (ReferenceValue.LENGTH + 2) + 5 + managementKey.length;
        for (int i = 0; i < PLACES; i++) {
            CardKey key = keys[i];
            size += key == null ? 1 : 10 + key.privateHalf.length + key.publicHalf.length;
        }
        for (int i = 0; i < MAX_OBJECTS; i++) {
            size += 8 + objects[i].length;
        }
        return size;
    }

    private void read(byte[] content) {
        Octets in = new Octets(content);
        byte format = in.get();
        if (format != FORMAT && format != FORMAT_WITHOUT_PUBLIC_KEYS) {
            throw new IllegalArgumentException("not the memory of a card of format 1 or 2");
        }
        if (format == FORMAT) {
            product = new Product(in.get(), in.getNumber());
        }
        read(in, pin);
        read(in, puk);
        managementAlgorithm = format == FORMAT ? in.get() : Coprocessor.AES_192;
        managementKey = in.getCounted();
        if (format == FORMAT) {
            for (int i = 0; i < PLACES; i++) {
                keys[i] = readKey(in);
            }
        } else {
            readHoldersKeys(in);
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

    /// An empty place is the one octet 00.
    private static void write(Octets out, @Nullable CardKey key) {
        if (key == null) {
            out.put((byte) 0);
            return;
        }
        out.put(key.algorithm);
        out.put(key.pinPolicy);
        out.putCounted(key.privateHalf);
        out.putCounted(key.publicHalf);
    }

    private static @Nullable CardKey readKey(Octets in) {
        byte algorithm = in.get();
        if (algorithm == 0) {
            return null;
        }
        byte pinPolicy = in.get();
        byte[] privateHalf = in.getCounted();
        return new CardKey(algorithm, pinPolicy, privateHalf, in.getCounted());
    }

    /// Format 1: five places from 9A to 9E, that of 9B always empty.
    private void readHoldersKeys(Octets in) {
        for (int reference = FIRST_HOLDERS; reference <= 0x9E; reference++) {
            byte algorithm = in.get();
            byte[] privateHalf = in.getCounted();
            if (isHoldersSlot(reference) && privateHalf.length > 0) {
                byte policy = CardKey.defaultPolicy(reference);
                setKey(reference, new CardKey(algorithm, policy, privateHalf, NOTHING));
            }
        }
    }
}
