// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.time.Duration;

/// What one connection may take, and how many there are.
///
/// @param connections at a time whose peers were admitted, over all addresses; 2 or more
/// @param silent at a time that have not said anything yet, which hold next to nothing; 2 or more.
///   So many can come while the holder's browser gets to its first octet
/// @param request from the first octet of a request to its last
/// @param idle before the first octet
/// @param answer from the first octet of an answer to its last
public record Limits(
        int connections, int silent, Duration request, Duration idle, Duration answer) {
    /// Those of decision 18.
    public static final Limits ORDINARY =
            new Limits(
                    64, 512, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(10));

    public Limits {
        if (connections < 2 || silent < 2) {
            throw new IllegalArgumentException(
                    "connections are 2 or more, got %d and %d".formatted(connections, silent));
        }
    }
}
