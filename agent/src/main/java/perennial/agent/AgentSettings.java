// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.nio.file.Path;
import java.util.List;

/// What an agent is started with.
///
/// @param port the loopback port, 0 to 65535; 0 for any free one
/// @param home the agent's own folder, made when missing; one for each user of the computer
/// @param registrationAuthorities whom it renews with, and nobody else
public record AgentSettings(int port, Path home, List<RaTrust> registrationAuthorities) {
    /// The port that pages expect.
    public static final int DEFAULT_PORT = 61161;

    public AgentSettings {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port is 0 to 65535, got " + port);
        }
        registrationAuthorities = List.copyOf(registrationAuthorities);
    }
}
