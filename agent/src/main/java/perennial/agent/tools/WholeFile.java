// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import perennial.agent.AgentException;
import perennial.agent.files.OwnerOnly;
import perennial.core.advice.Problem;

/// A new file, whole or not at all: it gets its name when its last octet is written. One that is
/// there already is never replaced.
final class WholeFile {
    private WholeFile() {}

    interface Writing {
        /// @return whether the file shall stay
        boolean write(OutputStream out) throws IOException;
    }

    /// @throws AgentException FILE_NOT_USABLE
    static void write(Path file, Writing writing) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            Files.deleteIfExists(part);
            try {
                if (written(part, writing)) {
                    Files.move(part, file);
                }
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (FileAlreadyExistsException e) {
            throw new AgentException(Problem.FILE_NOT_USABLE, file + " exists already", e);
        } catch (IOException e) {
            throw new AgentException(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }

    private static boolean written(Path part, Writing writing) throws IOException {
        // What is deciphered is its owner's alone, and so is what was signed before it is sent.
        Files.createFile(part, OwnerOnly.file());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
            return writing.write(out);
        }
    }
}
