// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import perennial.ca.CaException;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// Where a ceremony's results are written. Nothing is overwritten; what was written is on the disk.
record CeremonyFolder(Path folder) {
    private static final long MAX_OCTETS = 1L << 20;

    /// @throws CaException FILE_NOT_USABLE when one of the files is there
    void requireFree(List<String> names) {
        for (String name : names) {
            if (Files.exists(folder.resolve(name))) {
                throw taken(name);
            }
        }
    }

    /// @throws CaException FILE_NOT_USABLE, also when the file is there
    void write(String name, byte[] content) {
        try {
            Files.createDirectories(folder);
            try (FileChannel channel =
                    FileChannel.open(
                            folder.resolve(name),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (FileAlreadyExistsException e) {
            throw taken(name);
        } catch (IOException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, name + " cannot be written", e);
        }
    }

    /// @throws CaException FILE_NOT_USABLE
    static byte[] read(Path file) {
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw new CaException(Problem.FILE_NOT_USABLE, file + " is larger than 1 MiB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, file + " cannot be read", e);
        }
    }

    /// A DER certificate.
    static Certificate certificate(Path file) {
        try {
            return Certificate.ofDer(read(file));
        } catch (IllegalArgumentException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE, file + " is not a certificate in DER", e);
        }
    }

    private static CaException taken(String name) {
        return new CaException(
                Problem.FILE_NOT_USABLE, name + " is there already; a ceremony overwrites nothing");
    }
}
