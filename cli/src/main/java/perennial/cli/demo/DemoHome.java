// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import perennial.ca.Passphrase;
import perennial.cli.Failure;
import perennial.cli.OwnerOnlyFile;
import perennial.core.advice.Problem;

/// The folder that a demo lives in; only its owner may enter it.
///
/// @param folder absolute
/// @param kept whether it stays when the demo ends
public record DemoHome(Path folder, boolean kept) {
    /// A new folder that goes when the demo ends.
    static DemoHome temporary() {
        try {
            return new DemoHome(
                    Files.createTempDirectory("perennial-demo-").toAbsolutePath(), false);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, "no temporary folder: " + e.getMessage(), e);
        }
    }

    /// The folder named, made when it is not there.
    static DemoHome kept(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(absolute)) {
                Files.createDirectories(
                        absolute,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            return new DemoHome(absolute, true);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, absolute + ": " + e.getMessage(), e);
        }
    }

    public Path database() {
        return folder.resolve("postgres");
    }

    public Path authority() {
        return folder.resolve("ca");
    }

    public Path card() {
        return folder.resolve("card.state");
    }

    public Path agent() {
        return folder.resolve("agent");
    }

    public Path rootCertificate() {
        return folder.resolve("root.pem");
    }

    public Path issuingCertificate() {
        return folder.resolve("issuing.pem");
    }

    public Path settings() {
        return folder.resolve("demo.properties");
    }

    /// The passphrase of the authority's key files, made at random the first time.
    public Passphrase passphrase(SecureRandom random) {
        Path file = folder.resolve("passphrase");
        try {
            return new Passphrase(OwnerOnlyFile.secret(file, random).toCharArray());
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }

    /// Removes a folder that is not kept.
    void leave() {
        if (kept) {
            return;
        }
        try {
            Files.walkFileTree(
                    folder,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path visited,
                                java.io.@org.jspecify.annotations.Nullable IOException e)
                                throws IOException {
                            Files.deleteIfExists(visited);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
