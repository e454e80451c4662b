// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import perennial.agent.AgentException;
import perennial.agent.files.OwnerOnly;
import perennial.core.advice.Problem;

/// The files that a window gave to be worked on, and what came of them: in a folder of the owner's
/// alone, for as long as the window works with them. Safe for use by many threads.
///
/// A browser gives no names of files, only their content; so it comes here in parts, and what comes
/// out of it goes back in parts.
final class WindowFiles implements AutoCloseable {
    /// Octets of one part, either way.
    static final int PART = 512 * 1024;

    /// Octets of one file.
    static final long MAX_FILE = 256L * 1024 * 1024;

    /// Windows that may hold files at a time; the one that began first loses them.
    private static final int MAX_WINDOWS = 4;

    private final Path folder;

    /// By window.
    private final Map<String, Path> folders = new LinkedHashMap<>();

    private int count;

    /// What a file is for.
    enum Role {
        /// To be signed, deciphered, or what a signature is of.
        CONTENT,
        /// To be verified.
        SIGNATURE,
        /// What came of the others.
        RESULT
    }

    /// @param folder the agent's own for this; what an earlier one left in it is removed
    WindowFiles(Path folder) {
        this.folder = folder;
        remove(folder);
    }

    /// Begins the file anew and forgets the last result.
    void begin(String window, Role role) {
        Path own = own(window);
        try {
            Files.deleteIfExists(own.resolve(Role.RESULT.name()));
            Files.deleteIfExists(own.resolve(role.name()));
            Files.createFile(own.resolve(role.name()), OwnerOnly.file());
        } catch (IOException e) {
            throw notUsable(e);
        }
    }

    /// @throws AgentException FILE_NOT_USABLE when it would be larger than [#MAX_FILE], or was
    ///   never begun
    void append(String window, Role role, byte[] part) {
        Path file = file(window, role);
        try {
            if (Files.size(file) + part.length > MAX_FILE) {
                forget(window);
                throw new AgentException(Problem.FILE_NOT_USABLE, "larger than 256 MiB");
            }
            Files.write(file, part, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw notUsable(e);
        }
    }

    /// @throws AgentException FILE_NOT_USABLE when the window gave none
    Path given(String window, Role role) {
        Path file = file(window, role);
        if (!Files.exists(file)) {
            throw new AgentException(Problem.FILE_NOT_USABLE, "no file was given");
        }
        return file;
    }

    /// Where the result is to be written; there is none there.
    Path result(String window) {
        Path file = file(window, Role.RESULT);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw notUsable(e);
        }
        return file;
    }

    /// @return at most [#PART] octets of the result from this position on; none at its end
    byte[] part(String window, long from) {
        try (InputStream in = Files.newInputStream(given(window, Role.RESULT))) {
            in.skipNBytes(from);
            return in.readNBytes(PART);
        } catch (IOException e) {
            throw notUsable(e);
        }
    }

    /// Removes all that the window gave and got.
    synchronized void forget(String window) {
        Optional.ofNullable(folders.remove(window)).ifPresent(WindowFiles::remove);
    }

    @Override
    public synchronized void close() {
        folders.clear();
        remove(folder);
    }

    private Path file(String window, Role role) {
        return own(window).resolve(role.name());
    }

    private synchronized Path own(String window) {
        Path known = folders.get(window);
        if (known != null) {
            return known;
        }
        while (folders.size() >= MAX_WINDOWS) {
            forget(folders.keySet().iterator().next());
        }
        Path fresh = folder.resolve(Integer.toString(++count));
        try {
            Files.createDirectories(folder, OwnerOnly.folder());
            Files.createDirectory(fresh, OwnerOnly.folder());
        } catch (IOException e) {
            throw notUsable(e);
        }
        folders.put(window, fresh);
        return fresh;
    }

    private static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.deleteIfExists(one);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new AgentException(Problem.FILE_NOT_USABLE, folder + " cannot be removed", e);
        }
    }

    private static AgentException notUsable(IOException e) {
        return new AgentException(Problem.FILE_NOT_USABLE, String.valueOf(e.getMessage()), e);
    }
}
