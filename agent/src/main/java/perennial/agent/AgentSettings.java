// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perennial.agent.update.UpdateFeed;

/// What an agent is started with.
///
/// @param port the loopback port, 0 to 65535; 0 for any free one
/// @param home the agent's own folder, made when missing; one for each user of the computer
/// @param registrationAuthorities whom it renews with, and nobody else
/// @param dialectPrefix what stands before the HiPKI dialect's calls, such as `/cht_api`; empty for
///   what most pages expect
/// @param dialectAlso a second port for the dialect and nothing else, where pages expect a sister
///   component
/// @param update where to look once a day for a newer version; empty for never
public record AgentSettings(
        int port,
        Path home,
        List<RaTrust> registrationAuthorities,
        String dialectPrefix,
        Optional<DialectDoor> dialectAlso,
        Optional<UpdateFeed> update) {
    /// The port that pages expect.
    public static final int DEFAULT_PORT = 61161;

    private static final String PREFIX = "(?:/[A-Za-z0-9_-]+)*";

    public AgentSettings {
        requirePort(port);
        requirePrefix(dialectPrefix);
        registrationAuthorities = List.copyOf(registrationAuthorities);
    }

    /// With the dialect's ordinary paths.
    public AgentSettings(int port, Path home, List<RaTrust> registrationAuthorities) {
        this(port, home, registrationAuthorities, "", Optional.empty(), Optional.empty());
    }

    /// Where else the dialect is.
    ///
    /// @param port 0 for any free one
    /// @param prefix what stands before its calls there
    public record DialectDoor(int port, String prefix) {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,5})(" + PREFIX + ")");

        public DialectDoor {
            requirePort(port);
            requirePrefix(prefix);
        }

        /// @param text port and prefix, such as `16888/cht_api`
        /// @throws IllegalArgumentException when it is something else
        public static DialectDoor parse(String text) {
            Matcher parts = TEXT.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException("expected PORT/PREFIX, got " + text);
            }
            return new DialectDoor(Integer.parseInt(parts.group(1)), parts.group(2));
        }
    }

    private static void requirePort(int port) {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port is 0 to 65535, got " + port);
        }
    }

    private static void requirePrefix(String prefix) {
        if (!prefix.matches(PREFIX)) {
            throw new IllegalArgumentException("no prefix of a path: " + prefix);
        }
    }
}
