// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import perennial.agent.AgentSettings;
import perennial.agent.RaTrust;
import perennial.agent.update.UpdateFeed;
import perennial.core.advice.Problem;

/// With whom an installed agent renews, and where it listens: what an operator writes once for a
/// computer (`/etc/perennial/agent.conf`) or a holder for herself (`agent.conf` in the agent's
/// home).
///
/// One of these on each line; empty lines and those with `#` in front are passed over:
///
/// ```
/// authority.NAME = https://ra.example
/// trust.NAME = FILE, PEM, beside this file unless absolute
/// port = 61161
/// dialect-prefix = /cht_api
/// dialect-also = 16888/cht_api
/// update-notice = https://ra.example/perennial-update.p7m
/// update-anchor = FILE, PEM, beside this file unless absolute
/// ```
///
/// @param port empty where the file names none
/// @param dialectPrefix what stands before the HiPKI dialect's calls; empty where the file names
///   none
/// @param dialectAlso a second port for the dialect; empty where the file names none
/// @param update where to look for a newer version; empty where the file does not say
record AgentConfiguration(
        Optional<Integer> port,
        Optional<String> dialectPrefix,
        Optional<AgentSettings.DialectDoor> dialectAlso,
        Optional<UpdateFeed> update,
        List<RaTrust> authorities) {
    /// The computer's own.
    static final Path OF_COMPUTER = Path.of("/etc/perennial/agent.conf");

    private static final String FILE = "agent.conf";
    private static final String AUTHORITY = "authority.";
    private static final String TRUST = "trust.";

    AgentConfiguration {
        authorities = List.copyOf(authorities);
    }

    /// The computer's and the holder's together; the holder's port wins.
    ///
    /// @throws Failure CONFIGURATION_INVALID, FILE_NOT_USABLE
    static AgentConfiguration of(Path computer, Path home) {
        AgentConfiguration general = read(computer);
        AgentConfiguration own = read(home.resolve(FILE));
        Map<URI, RaTrust> authorities = new LinkedHashMap<>();
        general.authorities.forEach(trust -> authorities.put(trust.origin(), trust));
        own.authorities.forEach(trust -> authorities.put(trust.origin(), trust));
        return new AgentConfiguration(
                own.port.or(general::port),
                own.dialectPrefix.or(general::dialectPrefix),
                own.dialectAlso.or(general::dialectAlso),
                own.update.or(general::update),
                List.copyOf(authorities.values()));
    }

    private static AgentConfiguration read(Path file) {
        if (!Files.exists(file)) {
            return new AgentConfiguration(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of());
        }
        Map<String, String> lines = lines(file);
        Optional<Integer> port = Optional.ofNullable(lines.remove("port")).map(p -> port(file, p));
        Optional<String> prefix = Optional.ofNullable(lines.remove("dialect-prefix"));
        Optional<AgentSettings.DialectDoor> also =
                Optional.ofNullable(lines.remove("dialect-also"))
                        .map(door -> valid(file, () -> AgentSettings.DialectDoor.parse(door)));
        Optional<UpdateFeed> update = update(file, lines);
        List<RaTrust> authorities = new ArrayList<>();
        for (String key : List.copyOf(lines.keySet())) {
            if (key.startsWith(AUTHORITY)) {
                String name = key.substring(AUTHORITY.length());
                String trust = lines.remove(TRUST + name);
                if (trust == null) {
                    throw invalid(file, "%s has no %s%s".formatted(key, TRUST, name));
                }
                String origin = String.valueOf(lines.remove(key));
                authorities.add(
                        valid(file, () -> trust(URI.create(origin), file.resolveSibling(trust))));
            }
        }
        if (!lines.isEmpty()) {
            throw invalid(file, "nothing is known of " + lines.keySet());
        }
        return new AgentConfiguration(port, prefix, also, update, authorities);
    }

    private static Map<String, String> lines(Path file) {
        Map<String, String> lines = new LinkedHashMap<>();
        try {
            for (String text : Files.readAllLines(file)) {
                String line = text.strip();
                int equals = line.indexOf('=');
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                if (equals < 1
                        || lines.put(
                                        line.substring(0, equals).strip(),
                                        line.substring(equals + 1).strip())
                                != null) {
                    throw invalid(file, "expected NAME = VALUE once, got \"%s\"".formatted(line));
                }
            }
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": cannot be read", e);
        }
        return lines;
    }

    private static int port(Path file, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 0xFFFF) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, file + ": port = " + text, e);
        }
        throw invalid(file, "port = " + text);
    }

    private static Optional<UpdateFeed> update(Path file, Map<String, String> lines) {
        Optional<String> source = Optional.ofNullable(lines.remove("update-notice"));
        Optional<String> anchor = Optional.ofNullable(lines.remove("update-anchor"));
        if (source.isPresent() != anchor.isPresent()) {
            throw invalid(file, "update-notice and update-anchor go together");
        }
        return source.map(address ->
                valid(
                        file,
                        () ->
                                new UpdateFeed(
                                        URI.create(address),
                                        PemFiles.read(file.resolveSibling(anchor.orElseThrow())))));
    }

    /// A value of the file, made.
    private static <T> T valid(Path file, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Problem.CONFIGURATION_INVALID, "%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /// @throws IllegalArgumentException when it is no origin
    static RaTrust trust(URI origin, Path anchors) {
        return new RaTrust(origin, origin.resolve("/.well-known/cmp"), PemFiles.read(anchors));
    }

    private static Failure invalid(Path file, String what) {
        return new Failure(Problem.CONFIGURATION_INVALID, file + ": " + what);
    }
}
