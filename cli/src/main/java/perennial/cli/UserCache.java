// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;

/// Where this user's programs keep what can be made again (XDG Base Directory Specification).
final class UserCache {
    private UserCache() {}

    static Path folder() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches =
                xdg == null || xdg.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(xdg);
        return caches.resolve("perennial");
    }
}
