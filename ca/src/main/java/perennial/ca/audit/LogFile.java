// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// One file of the log, being written. Tests put a full disk behind it.
interface LogFile extends Closeable {
    /// Drops everything from there on, writes this, and comes back when it is on the disk.
    void write(long position, byte[] octets) throws IOException;

    /// Opens files.
    @FunctionalInterface
    interface Opener {
        /// @param fresh whether it is made now, or must be there
        LogFile open(Path file, boolean fresh) throws IOException;
    }

    /// A real one, mode 0600.
    static LogFile open(Path file, boolean fresh) throws IOException {
        FileChannel channel =
                fresh
                        ? FileChannel.open(
                                file,
                                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")))
                        : FileChannel.open(file, StandardOpenOption.WRITE);
        if (fresh) {
            forceFolder(file);
        }
        return new LogFile() {
            @Override
            public void write(long position, byte[] octets) throws IOException {
                if (channel.size() < position) {
                    throw new IOException("%s has become shorter".formatted(file.getFileName()));
                }
                channel.truncate(position);
                ByteBuffer buffer = ByteBuffer.wrap(octets);
                long at = position;
                while (buffer.hasRemaining()) {
                    at += channel.write(buffer, at);
                }
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    private static void forceFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && Files.isDirectory(folder)) {
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }
}
