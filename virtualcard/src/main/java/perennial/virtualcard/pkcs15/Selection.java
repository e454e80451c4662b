// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// The current folder and file, and SELECT, which moves them (ISO/IEC 7816-4 11.1.1).
final class Selection {
    private static final int BY_IDENTIFIER = 0x00;
    private static final int CHILD_FOLDER = 0x01;
    private static final int CHILD_ELEMENTARY = 0x02;
    private static final int PARENT = 0x03;
    private static final int BY_NAME = 0x04;
    private static final int PATH_FROM_MASTER = 0x08;
    private static final int PATH_FROM_CURRENT = 0x09;

    private final FileTree files;
    private int folder = FileTree.MASTER;
    private int elementary = FileTree.NONE;

    Selection(FileTree files) {
        this.files = files;
    }

    void reset() {
        enter(FileTree.MASTER);
    }

    /// The current folder's place.
    int folder() {
        return folder;
    }

    /// The place of the file that was selected or created last.
    int current() {
        return elementary == FileTree.NONE ? folder : elementary;
    }

    /// The current elementary file.
    CardFile elementary() {
        if (elementary == FileTree.NONE) {
            ISOException.throwIt(ISO7816.SW_COMMAND_NOT_ALLOWED);
        }
        return files.at(elementary);
    }

    /// Makes the file in this place the current one; its folder becomes the current folder.
    void enter(int place) {
        boolean isFolder = files.at(place).isFolder();
        folder = isFolder ? place : files.at(place).parent;
        elementary = isFolder ? FileTree.NONE : place;
    }

    void select(int p1, byte[] in, int length) {
        int place =
                switch (p1) {
                    case BY_IDENTIFIER ->
                            length == 0 ? FileTree.MASTER : near(identifier(in, length));
                    case CHILD_FOLDER -> files.child(folder, identifier(in, length));
                    case CHILD_ELEMENTARY -> files.child(folder, identifier(in, length));
                    case PARENT -> length == 0 ? files.at(folder).parent : FileTree.NONE;
                    case BY_NAME -> files.named(in, 0, length);
                    case PATH_FROM_MASTER -> path(FileTree.MASTER, in, length);
                    case PATH_FROM_CURRENT -> path(folder, in, length);
                    default -> unknown();
                };
        boolean fits =
                place != FileTree.NONE
                        && (p1 != CHILD_FOLDER || files.at(place).isFolder())
                        && (p1 != CHILD_ELEMENTARY || !files.at(place).isFolder());
        if (!fits) {
            ISOException.throwIt(ISO7816.SW_FILE_NOT_FOUND);
        }
        enter(place);
    }

    /// A file identifier from the first two octets of data that has no more.
    static int identifier(byte[] in, int length) {
        if (length != 2) {
            ISOException.throwIt(ISO7816.SW_WRONG_LENGTH);
        }
        return number(in, 0);
    }

    static int number(byte[] in, int offset) {
        return ((in[offset] & 0xFF) << 8) | (in[offset + 1] & 0xFF);
    }

    private static int unknown() {
        ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        return FileTree.NONE;
    }

    /// The master file, a child of the current folder, that folder itself, its parent, or a child
    /// of its parent.
    private int near(int identifier) {
        if (identifier == FileTree.MASTER_IDENTIFIER) {
            return FileTree.MASTER;
        }
        int place = files.child(folder, identifier);
        if (place != FileTree.NONE) {
            return place;
        }
        if (files.at(folder).identifier == identifier) {
            return folder;
        }
        int parent = files.at(folder).parent;
        if (files.at(parent).identifier == identifier) {
            return parent;
        }
        return files.child(parent, identifier);
    }

    private int path(int from, byte[] in, int length) {
        if (length < 2 || (length & 1) != 0) {
            ISOException.throwIt(ISO7816.SW_WRONG_LENGTH);
        }
        int place = from;
        for (int i = 0; i < length && place != FileTree.NONE; i += 2) {
            place = files.child(place, number(in, i));
        }
        return place;
    }
}
