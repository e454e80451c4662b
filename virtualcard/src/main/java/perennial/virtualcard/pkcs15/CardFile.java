// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import perennial.virtualcard.applet.Octets;

/// One file: a folder (DF) or a transparent elementary file (EF).
final class CardFile {
    static final int MAX_SIZE = 4096;
    static final int MAX_NAME = 16;
    static final byte FOLDER = 0x38;

    /// One octet that says that all seven conditions follow, then those, from bit 7 of the access
    /// mode byte to bit 1 (ISO/IEC 7816-4 tables 16 and 17).
    static final int CONDITIONS = 8;

    static final int DELETE_SELF = 1;
    static final int CREATE_FOLDER = 5;
    static final int CREATE_ELEMENTARY = 6;
    static final int DELETE_CHILD = 7;
    static final int UPDATE = 6;
    static final int READ = 7;

    final int parent;
    final int identifier;
    final byte descriptor;
    final byte[] conditions;

    /// The name of a folder, empty where there is none.
    final byte[] name;

    /// What is in an elementary file; its length is the file's size. A folder's is empty.
    final byte[] content;

    /// The size that a folder was created with; says nothing but what was said.
    final int declaredSize;

    /// @param parent the place of its folder in the tree
    CardFile(
            int parent,
            int identifier,
            byte descriptor,
            byte[] conditions,
            byte[] name,
            byte[] content,
            int declaredSize) {
        this.parent = parent;
        this.identifier = identifier;
        this.descriptor = descriptor;
        this.conditions = conditions;
        this.name = name;
        this.content = content;
        this.declaredSize = declaredSize;
    }

    static CardFile read(Octets in) {
        int parent = in.getNumber();
        int identifier = in.getNumber();
        byte descriptor = in.get();
        byte[] conditions = in.getCounted();
        byte[] name = in.getCounted();
        byte[] content = in.getCounted();
        int declaredSize = in.getNumber();
        if (conditions.length != CONDITIONS
                || name.length > MAX_NAME
                || content.length > MAX_SIZE) {
            throw new IllegalArgumentException("not a file of a card");
        }
        return new CardFile(
                parent, identifier, descriptor, conditions, name, content, declaredSize);
    }

    void write(Octets out) {
        out.putNumber(parent);
        out.putNumber(identifier);
        out.put(descriptor);
        out.putCounted(conditions);
        out.putCounted(name);
        out.putCounted(content);
        out.putNumber(declaredSize);
    }

    /// Octets that [#write] takes.
    int written() {
        return 25 + CONDITIONS + name.length + content.length;
    }

    boolean isFolder() {
        return isFolder(descriptor);
    }

    static boolean isFolder(byte descriptor) {
        return (descriptor & FOLDER) == FOLDER;
    }
}
