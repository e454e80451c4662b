// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import perennial.core.advice.Problem;

/// Where this user's latest demo lives, so that other commands find it without being told.
public final class RunningDemo {
    private RunningDemo() {}

    private static Path file() {
        return UserCache.folder().resolve("running-demo");
    }

    public static void remember(Path folder) {
        try {
            Files.createDirectories(file().getParent());
            Files.writeString(file(), folder.toString());
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file() + ": " + e.getMessage(), e);
        }
    }

    /// Forgets the demo of this folder; another one's is left alone.
    public static void forget(Path folder) {
        try {
            if (current().filter(folder::equals).isPresent()) {
                Files.deleteIfExists(file());
            }
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file() + ": " + e.getMessage(), e);
        }
    }

    /// The folder of the demo that was started last and has not ended.
    public static Optional<Path> current() {
        try {
            return Files.exists(file())
                    ? Optional.of(Path.of(Files.readString(file()).strip()))
                            .filter(Files::isDirectory)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
