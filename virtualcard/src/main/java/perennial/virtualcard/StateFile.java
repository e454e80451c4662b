// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;

/// The file that stands for a card's non-volatile memory: a mark, the content, its SHA-256. Only
/// its owner may read it; it holds private keys.
///
/// Replaced by a rename after the new content is on the disk, so whatever kills the process leaves
/// the old or the new content.
final class StateFile {
    private static final byte[] MARK = {'P', 'V', 'C', '1'};
    private static final int MAX_OCTETS = 1 << 20;
    private static final int DIGEST = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final Path part;

    StateFile(Path file) {
        this.file = file.toAbsolutePath();
        this.part = this.file.resolveSibling(this.file.getFileName() + ".part");
    }

    boolean exists() {
        return Files.exists(file);
    }

    /// @throws FileSystemException when the content is not that of a card's memory, whole
    byte[] read() throws IOException {
        if (Files.size(file) > MAX_OCTETS) {
            throw damaged("is larger than a card's memory");
        }
        byte[] octets = Files.readAllBytes(file);
        int end = octets.length - DIGEST;
        if (end < MARK.length || !Arrays.equals(MARK, Arrays.copyOf(octets, MARK.length))) {
            throw damaged("is not a virtual card");
        }
        byte[] digest = Arrays.copyOfRange(octets, end, octets.length);
        byte[] content = Arrays.copyOfRange(octets, MARK.length, end);
        if (!MessageDigest.isEqual(digest, sha256(content))) {
            throw damaged("has been changed or cut short");
        }
        return content;
    }

    /// As [#write]; whether it could.
    boolean keeps(byte[] content) {
        try {
            write(content);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void write(byte[] content) throws IOException {
        Files.deleteIfExists(part);
        try (FileChannel out = FileChannel.open(part, options(), attributes())) {
            ByteBuffer octets = ByteBuffer.allocate(MARK.length + content.length + DIGEST);
            octets.put(MARK).put(content).put(sha256(content)).flip();
            while (octets.hasRemaining()) {
                out.write(octets);
            }
            out.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder();
    }

    private static Set<OpenOption> options() {
        return Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private FileAttribute<?>[] attributes() {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    /// A rename is on the disk once its folder is; where folders cannot be opened, the system's own
    /// order must do.
    private void syncFolder() throws IOException {
        Path folder = file.getParent();
        if (folder == null || System.getProperty("os.name", "").startsWith("Windows")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private FileSystemException damaged(String why) {
        return new FileSystemException(file.toString(), null, why);
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
