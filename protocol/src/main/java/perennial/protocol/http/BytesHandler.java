// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.http;

import java.util.Map;

/// A service that a server mounts at a path: octets in, octets out, no framework. Safe for use by
/// many threads.
@FunctionalInterface
public interface BytesHandler {
    Answer handle(Request request);

    /// @param method GET or POST
    /// @param path what follows the mount point, not decoded, without query; empty or beginning
    ///   with a slash
    /// @param body at most as long as the mount allows
    record Request(String method, String path, byte[] body) {}

    /// @param status HTTP status code
    /// @param contentType media type of the body
    /// @param headers further header fields
    record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
        public Answer {
            headers = Map.copyOf(headers);
        }
    }
}
