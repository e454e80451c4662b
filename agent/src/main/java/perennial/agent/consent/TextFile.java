// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import perennial.agent.AgentException;
import perennial.agent.files.OwnerOnly;
import perennial.core.advice.Problem;

/// A short text of the holder's in the agent's home: the owner's alone, and replaced whole, so that
/// whatever breaks leaves the old text or the new one.
final class TextFile {
    static final int MAX_OCTETS = 64 * 1024;

    private final Path file;

    TextFile(Path file) {
        this.file = file;
    }

    /// Empty lines and comments (`#`) left out.
    ///
    /// @return none when there is no file
    /// @throws AgentException CONFIGURATION_INVALID when it is too long or not UTF-8
    List<String> lines() {
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw invalid("at most 64 KiB");
            }
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new AgentException(
                    Problem.CONFIGURATION_INVALID, file + ": cannot be read as UTF-8", e);
        }
    }

    AgentException invalid(String expected) {
        return new AgentException(Problem.CONFIGURATION_INVALID, file + ": " + expected);
    }

    /// @throws AgentException JOURNAL_NOT_WRITABLE; the old text is there then
    void replace(List<String> lines) {
        Path beginning = file.resolveSibling(file.getFileName() + ".begin");
        try {
            Files.deleteIfExists(beginning);
            try (FileChannel channel =
                    FileChannel.open(
                            beginning,
                            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                            OwnerOnly.file())) {
                String text = String.join("\n", lines) + "\n";
                ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (octets.hasRemaining()) {
                    channel.write(octets);
                }
                channel.force(true);
            }
            Files.move(beginning, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AgentException(Problem.JOURNAL_NOT_WRITABLE, file + ": " + e.getMessage(), e);
        }
    }
}
