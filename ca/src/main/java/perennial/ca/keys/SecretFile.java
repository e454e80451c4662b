// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// Files for their owner alone, mode 0600, replaced in one step.
public final class SecretFile {
    private SecretFile() {}

    /// Writes the content and comes back when it is on the disk.
    ///
    /// @throws CaException FILE_NOT_USABLE; then the file is as it was
    public static void write(Path file, byte[] content) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new CaException(Problem.FILE_NOT_USABLE, file + " is in no folder");
        }
        Path fresh = folder.resolve(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            try (FileChannel channel =
                    FileChannel.open(
                            fresh,
                            Set.copyOf(
                                    EnumSet.of(
                                            StandardOpenOption.CREATE_NEW,
                                            StandardOpenOption.WRITE)),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            move(fresh, file, folder);
        } catch (IOException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE,
                    "%s cannot be written".formatted(file.getFileName()),
                    e);
        }
    }

    /// Gives a written file its name, as one step that a crash does not undo.
    ///
    /// @param folder of both
    public static void appear(Path part, Path file, Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        move(part, file, folder);
    }

    /// Makes the folder, mode 0700, unless it is there.
    public static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static void move(Path from, Path to, Path folder) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
