// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/// Small files with secrets in them.
public final class OwnerOnlyFile {
    private OwnerOnlyFile() {}

    /// The secret in the file, of letters, digits, - and _; made of 24 random octets the first
    /// time.
    public static String secret(Path file, SecureRandom random) throws IOException {
        if (!Files.exists(file)) {
            byte[] octets = new byte[24];
            random.nextBytes(octets);
            write(file, Base64.getUrlEncoder().encodeToString(octets));
        }
        return Files.readString(file).strip();
    }

    /// Writes a new file with mode 0600, whole or not at all.
    private static void write(Path file, String content) throws IOException {
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
