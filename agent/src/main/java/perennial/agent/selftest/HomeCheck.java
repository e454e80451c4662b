// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import perennial.agent.files.OwnerOnly;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Surroundings.Disk;
import perennial.core.advice.Problem;

/// Can the agent keep what a renewal must not lose? A folder that is not there yet is not made.
final class HomeCheck implements Check {
    private static final int PROBE = 64 * 1024;
    private static final byte[] OCTETS = new byte[PROBE];

    @Override
    public Topic topic() {
        return Topic.HOME;
    }

    @Override
    public Finding look(Examination examination) {
        Disk disk = examination.surroundings().disk();
        Fact java =
                new Fact(
                        Label.JAVA,
                        examination.surroundings().properties().getProperty("java.version", ""));
        Fact home = new Fact(Label.HOME, disk.home().toString());
        Path folder = nearest(disk.home().toAbsolutePath());
        try {
            if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
                return Finding.Failed.with(Problem.JOURNAL_NOT_WRITABLE, home, java);
            }
            if (Files.getFileStore(folder).getUsableSpace() < disk.needed()) {
                return Finding.Failed.with(Problem.DISK_FULL, home, java);
            }
            if (folder.equals(disk.home().toAbsolutePath())) {
                write(folder);
            }
            return Finding.Passed.with(java, home);
        } catch (FileSystemException e) {
            return Finding.Failed.with(Problem.JOURNAL_NOT_WRITABLE, home, java);
        } catch (IOException e) {
            // The file was made and could not be filled: no space, or none for this user.
            return Finding.Failed.with(Problem.DISK_FULL, home, java);
        }
    }

    private static void write(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "doctor", ".probe", OwnerOnly.file());
        try {
            Files.write(probe, OCTETS, StandardOpenOption.SYNC);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /// The folder, or the nearest one above it that is there.
    private static Path nearest(Path folder) {
        Path there = folder;
        while (!Files.exists(there) && there.getParent() != null) {
            there = Optional.ofNullable(there.getParent()).orElseThrow();
        }
        return there;
    }
}
