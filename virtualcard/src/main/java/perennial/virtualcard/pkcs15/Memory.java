// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import perennial.virtualcard.applet.Octets;
import perennial.virtualcard.applet.Storage;

/// Everything the card still knows after a power cut: PIN and PUK with their tries, private keys,
/// files.
///
/// What is changed here counts only once [#commit] has answered; a commit that fails takes all
/// changes since the last one back.
public final class Memory {
    static final int KEYS = 16;
    static final byte[] NOTHING = new byte[0];

    /// The kind of card, which no other kind's memory begins with, and the version of the form.
    private static final byte[] FORMAT = {0x15, 0x01};

    private static final int TRIES = 3;

    final ReferenceValue pin = new ReferenceValue(TRIES);
    final ReferenceValue puk = new ReferenceValue(TRIES);
    final FileTree files = new FileTree();

    private final Storage storage;
    private final byte[] algorithms = new byte[KEYS];
    private final byte[][] privateKeys = new byte[KEYS][];
    private byte[] committed = NOTHING;

    private Memory(Storage storage) {
        this.storage = storage;
        clear();
    }

    /// A card as it leaves the factory: a master file, and nothing in it.
    public static Memory factoryNew(Storage storage) {
        Memory memory = new Memory(storage);
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

    /// What was committed last. Holds the private keys and the PIN.
    public byte[] committed() {
        return committed.clone();
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
        return privateKeys[reference];
    }

    byte algorithm(int reference) {
        return algorithms[reference];
    }

    void setKey(int reference, byte algorithm, byte[] privateKey) {
        algorithms[reference] = algorithm;
        privateKeys[reference] = privateKey;
    }

    private void clear() {
        pin.clear();
        puk.clear();
        files.clear();
        for (int i = 0; i < KEYS; i++) {
            setKey(i, (byte) 0, NOTHING);
        }
    }

    private byte[] content() {
        int size = FORMAT.length + 2 * (ReferenceValue.LENGTH + 1) + files.written();
        for (int i = 0; i < KEYS; i++) {
            size += 1 + 4 + privateKeys[i].length;
        }
        Octets out = new Octets(size);
        out.put(FORMAT);
        pin.write(out);
        puk.write(out);
        for (int i = 0; i < KEYS; i++) {
            out.put(algorithms[i]);
            out.putCounted(privateKeys[i]);
        }
        files.write(out);
        return out.toArray();
    }

    private void read(byte[] content) {
        Octets in = new Octets(content);
        for (int i = 0; i < FORMAT.length; i++) {
            if (in.get() != FORMAT[i]) {
                throw new IllegalArgumentException("not the memory of a PKCS #15 card of form 1");
            }
        }
        pin.read(in);
        puk.read(in);
        for (int i = 0; i < KEYS; i++) {
            byte algorithm = in.get();
            setKey(i, algorithm, in.getCounted());
        }
        files.read(in);
    }
}
