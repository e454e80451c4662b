// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.nio.file.FileSystems;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Files for the user alone, where the file system knows of such.
final class OwnerOnlyFile {
    private OwnerOnlyFile() {}

    static FileAttribute<?>[] attribute() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
