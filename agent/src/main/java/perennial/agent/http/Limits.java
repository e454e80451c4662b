// SPDX-License-Identifier: Apache-2.0
package perennial.agent.http;

import java.time.Duration;

/// What one connection may take, and how many there are.
///
/// @param connections at a time, over all addresses; 2 or more
/// @param request from the first octet of a request to its last
/// @param idle before the first octet
/// @param answer from the first octet of an answer to its last
public record Limits(int connections, Duration request, Duration idle, Duration answer) {
    /// Those of decision 18.
    public static final Limits ORDINARY =
            new Limits(64, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(10));

    public Limits {
        if (connections < 2) {
            throw new IllegalArgumentException("connections are 2 or more, got " + connections);
        }
    }
}
