// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import org.jspecify.annotations.Nullable;
import perennial.virtualcard.applet.Octets;

/// The files of the card, each in a place of its own; place 0 is the master file, which is always
/// there.
final class FileTree {
    static final int NONE = -1;
    static final int MASTER = 0;
    static final int MASTER_IDENTIFIER = 0x3F00;
    private static final int MAX_FILES = 96;
    private static final byte[] MASTER_CONDITIONS = {
        SecurityStatus.NEVER,
        SecurityStatus.NEVER,
        SecurityStatus.NEVER,
        SecurityStatus.NEVER,
        SecurityStatus.NEVER,
        SecurityStatus.PIN,
        SecurityStatus.PIN,
        SecurityStatus.PIN
    };

    private final @Nullable CardFile[] files = new CardFile[MAX_FILES];

    /// Leaves the master file alone.
    void clear() {
        for (int i = 0; i < MAX_FILES; i++) {
            files[i] = null;
        }
        files[MASTER] =
                new CardFile(
                        MASTER,
                        MASTER_IDENTIFIER,
                        CardFile.FOLDER,
                        MASTER_CONDITIONS,
                        Memory.NOTHING,
                        Memory.NOTHING,
                        0);
    }

    CardFile at(int place) {
        CardFile file = files[place];
        if (file == null) {
            throw new IndexOutOfBoundsException(place);
        }
        return file;
    }

    /// The place of the folder's file with the identifier, [#NONE] when there is none.
    int child(int folder, int identifier) {
        for (int i = 1; i < MAX_FILES; i++) {
            CardFile file = files[i];
            if (file != null && file.parent == folder && file.identifier == identifier) {
                return i;
            }
        }
        return NONE;
    }

    /// The place of the folder with exactly the name, [#NONE] when there is none.
    int named(byte[] in, int offset, int length) {
        for (int i = 1; i < MAX_FILES; i++) {
            CardFile file = files[i];
            if (file != null && file.name.length == length && length > 0) {
                int difference = 0;
                for (int j = 0; j < length; j++) {
                    difference |= file.name[j] ^ in[offset + j];
                }
                if (difference == 0) {
                    return i;
                }
            }
        }
        return NONE;
    }

    boolean hasChildren(int folder) {
        for (int i = 1; i < MAX_FILES; i++) {
            CardFile file = files[i];
            if (file != null && file.parent == folder) {
                return true;
            }
        }
        return false;
    }

    /// The place that it got, [#NONE] when there is no room.
    int add(CardFile file) {
        for (int i = 1; i < MAX_FILES; i++) {
            if (files[i] == null) {
                files[i] = file;
                return i;
            }
        }
        return NONE;
    }

    void remove(int place) {
        files[place] = null;
    }

    /// Octets that [#write] takes.
    int written() {
        int octets = 0;
        for (int i = 1; i < MAX_FILES; i++) {
            CardFile file = files[i];
            if (file != null) {
                octets += 4 + file.written();
            }
        }
        return octets;
    }

    void write(Octets out) {
        for (int i = 1; i < MAX_FILES; i++) {
            CardFile file = files[i];
            if (file != null) {
                out.putNumber(i);
                file.write(out);
            }
        }
    }

    /// Fills the tree that has been cleared with the rest of the octets.
    void read(Octets in) {
        while (in.hasMore()) {
            int place = in.getNumber();
            if (place == MASTER || files[place] != null) {
                throw new IllegalArgumentException("two files in one place");
            }
            files[place] = CardFile.read(in);
        }
        for (int i = 1; i < MAX_FILES; i++) {
            CardFile file = files[i];
            if (file != null && !at(file.parent).isFolder()) {
                throw new IllegalArgumentException("a file in no folder");
            }
        }
    }
}
