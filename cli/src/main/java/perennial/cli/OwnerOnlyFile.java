// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Small files with secrets in them.
public final class OwnerOnlyFile {
    private OwnerOnlyFile() {}

    /// Writes a new file with mode 0600, whole or not at all.
    public static void write(Path file, String content) throws IOException {
        Path part =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(),
                        file.getFileName().toString(),
                        ".part",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, content);
        Files.move(part, file);
    }
}
