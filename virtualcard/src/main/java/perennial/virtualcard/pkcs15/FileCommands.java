// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard.pkcs15;

import javacard.framework.ISO7816;
import javacard.framework.ISOException;

/// SELECT, READ BINARY, UPDATE BINARY (ISO/IEC 7816-4 11.1.1, 11.2), CREATE FILE and DELETE FILE
/// (ISO/IEC 7816-9).
///
/// One command, a chain included, changes a file completely or not at all.
final class FileCommands {
    private static final int NO_ANSWER = 0x0C;
    private static final int PARAMETERS = 0x04;
    private static final int SHORT_IDENTIFIER = 0x80;

    private final Memory memory;
    private final SecurityStatus status;
    private final Selection selection;
    private final FileControl control;

    FileCommands(Memory memory, SecurityStatus status) {
        this.memory = memory;
        this.status = status;
        this.selection = new Selection(memory.files);
        this.control = new FileControl(status);
    }

    void reset() {
        selection.reset();
    }

    byte[] select(int p1, int p2, byte[] in, int length) {
        if (p2 != 0 && p2 != PARAMETERS && p2 != NO_ANSWER) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
        selection.select(p1, in, length);
        return p2 == NO_ANSWER
                ? Memory.NOTHING
                : control.told(memory.files.at(selection.current()), p2 == PARAMETERS);
    }

    void create(int p1, int p2, byte[] in, int length) {
        requireNoParameters(p1, p2);
        CardFile file = control.parse(selection.folder(), in, length);
        CardFile folder = memory.files.at(selection.folder());
        status.require(
                folder.conditions[
                        file.isFolder() ? CardFile.CREATE_FOLDER : CardFile.CREATE_ELEMENTARY]);
        if (memory.files.child(selection.folder(), file.identifier) != FileTree.NONE
                || memory.files.named(file.name, 0, file.name.length) != FileTree.NONE) {
            ISOException.throwIt(Iso.SW_FILE_EXISTS);
        }
        int place = memory.files.add(file);
        if (place == FileTree.NONE) {
            ISOException.throwIt(Iso.SW_NO_SPACE);
        }
        Iso.commit(memory);
        selection.enter(place);
    }

    /// The current file, or a child of the current folder by its identifier. A folder goes only
    /// when it is empty: what its files ask for cannot be gone round.
    void delete(int p1, int p2, byte[] in, int length) {
        requireNoParameters(p1, p2);
        int place = selection.current();
        if (length > 0) {
            int identifier = Selection.identifier(in, length);
            place = memory.files.child(selection.folder(), identifier);
        }
        if (place == FileTree.NONE) {
            ISOException.throwIt(ISO7816.SW_FILE_NOT_FOUND);
        }
        if (place == FileTree.MASTER || memory.files.hasChildren(place)) {
            ISOException.throwIt(ISO7816.SW_CONDITIONS_NOT_SATISFIED);
        }
        CardFile file = memory.files.at(place);
        CardFile folder = memory.files.at(file.parent);
        if (!status.allows(file.conditions[CardFile.DELETE_SELF])) {
            status.require(folder.conditions[CardFile.DELETE_CHILD]);
        }
        memory.files.remove(place);
        Iso.commit(memory);
        selection.enter(file.parent);
    }

    /// What there is from the offset to the end of the file.
    byte[] read(int p1, int p2) {
        CardFile file = selection.elementary();
        status.require(file.conditions[CardFile.READ]);
        int offset = offset(p1, p2);
        if (offset > file.content.length) {
            ISOException.throwIt(ISO7816.SW_WRONG_P1P2);
        }
        byte[] rest = new byte[file.content.length - offset];
        System.arraycopy(file.content, offset, rest, 0, rest.length);
        return rest;
    }

    void update(int p1, int p2, byte[] in, int length) {
        CardFile file = selection.elementary();
        status.require(file.conditions[CardFile.UPDATE]);
        int offset = offset(p1, p2);
        if (length > file.content.length - offset) {
            ISOException.throwIt(
                    offset > file.content.length ? ISO7816.SW_WRONG_P1P2 : Iso.SW_NO_SPACE);
        }
        System.arraycopy(in, 0, file.content, offset, length);
        Iso.commit(memory);
    }

    private static int offset(int p1, int p2) {
        if ((p1 & SHORT_IDENTIFIER) != 0) {
            ISOException.throwIt(ISO7816.SW_FILE_NOT_FOUND);
        }
        return (p1 << 8) | p2;
    }

    private static void requireNoParameters(int p1, int p2) {
        if ((p1 | p2) != 0) {
            ISOException.throwIt(ISO7816.SW_INCORRECT_P1P2);
        }
    }
}
