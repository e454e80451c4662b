// SPDX-License-Identifier: Apache-2.0
package perennial.agent.files;

import java.nio.file.FileSystems;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Permissions for the owner and nobody else, where the file system knows POSIX permissions;
/// elsewhere the folder's own (on Windows: the user's profile) apply.
public final class OwnerOnly {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private OwnerOnly() {}

    /// Whether the file system knows them.
    public static boolean known() {
        return POSIX;
    }

    /// 0700.
    public static FileAttribute<?>[] folder() {
        return attributes("rwx------");
    }

    /// 0600.
    public static FileAttribute<?>[] file() {
        return attributes("rw-------");
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
