// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.nio.file.Path;
import java.util.List;

/// What an agent is started with.
///
/// @param port the loopback port, 0 to 65535; 0 for any free one
/// @param home the agent's own folder, made when missing; one for each user of the computer
/// @param registrationAuthorities whom it renews with, and nobody else
/// @param dialectPrefix what stands before the HiPKI dialect's calls, such as `/cht_api`; empty for
///   what most pages expect
public record AgentSettings(
        int port, Path home, List<RaTrust> registrationAuthorities, String dialectPrefix) {
    /// The port that pages expect.
    public static final int DEFAULT_PORT = 61161;

    public AgentSettings {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port is 0 to 65535, got " + port);
        }
        if (!dialectPrefix.matches("(/[A-Za-z0-9_-]+)*")) {
            throw new IllegalArgumentException("no prefix of a path: " + dialectPrefix);
        }
        registrationAuthorities = List.copyOf(registrationAuthorities);
    }

    /// With the dialect's ordinary paths.
    public AgentSettings(int port, Path home, List<RaTrust> registrationAuthorities) {
        this(port, home, registrationAuthorities, "");
    }
}
