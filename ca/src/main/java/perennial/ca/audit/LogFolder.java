// SPDX-License-Identifier: Apache-2.0
package perennial.ca.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import perennial.ca.CaException;
import perennial.ca.keys.SecretFile;
import perennial.core.advice.Problem;

/// A folder of logs: `NODE.000000000001.jsonl` and so on, named after the first record in each, and
/// `NODE.pub` with the node's public key.
record LogFolder(Path folder) {
    private static final Pattern NAME = Pattern.compile("([a-z][a-z0-9-]*)\\.(\\d{12})\\.jsonl");

    /// @param first sequence number of the first record
    record Segment(String node, long first, Path file) {}

    static Optional<Segment> segment(Path file) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        return name.matches()
                ? Optional.of(new Segment(name.group(1), Long.parseLong(name.group(2)), file))
                : Optional.empty();
    }

    void make() {
        try {
            SecretFile.makeFolder(folder);
        } catch (IOException e) {
            throw new CaException(Problem.AUDIT_NOT_WRITABLE, "no folder " + folder, e);
        }
    }

    Path file(String node, long first) {
        return folder.resolve("%s.%012d.jsonl".formatted(node, first));
    }

    Path publicKey(String node) {
        return folder.resolve(node + ".pub");
    }

    /// The node's files in the order of their records.
    List<Segment> segments(String node) {
        return all().stream().filter(segment -> segment.node().equals(node)).toList();
    }

    List<String> nodes() {
        return List.copyOf(new TreeSet<>(all().stream().map(Segment::node).toList()));
    }

    private List<Segment> all() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().flatMap(file -> segment(file).stream()).toList();
        } catch (IOException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, folder + " cannot be read", e);
        }
    }

    /// Keeps other processes from writing as this node until it is closed.
    FileChannel lock(String node) {
        try {
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve(node + ".lock"),
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE);
            if (isLocked(channel)) {
                return channel;
            }
            channel.close();
        } catch (IOException e) {
            throw new CaException(Problem.AUDIT_NOT_WRITABLE, "no lock in " + folder, e);
        }
        throw new CaException(
                Problem.CONFIGURATION_INVALID,
                "another process writes the records of node %s".formatted(node));
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
