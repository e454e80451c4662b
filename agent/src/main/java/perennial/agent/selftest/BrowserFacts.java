// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.util.Optional;

/// What a page found out about the browser it is in.
///
/// @param name product and version, as the browser says
/// @param capable whether it has what the pages need: modules, Web Cryptography with ECDH on P-256,
///   HKDF and HMAC
/// @param opensWindows whether a click opened a window; empty when that was not tried
/// @param loopback whether sites may speak to this computer (Local Network Access)
public record BrowserFacts(
        String name, boolean capable, Optional<Boolean> opensWindows, Loopback loopback) {
    /// The state of the permission `loopback-network`, or of its older name `local-network-access`.
    public enum Loopback {
        GRANTED,
        /// The person is asked.
        PROMPT,
        DENIED,
        /// The browser does not know this permission.
        UNKNOWN
    }
}
